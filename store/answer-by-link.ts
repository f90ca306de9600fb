import type { JourneyId, StepRef } from '../domain/model/ids.ts';
import type { ResidentAnswerKind } from '../domain/model/message.ts';
import type { AdvanceAnswer } from './advance-once.ts';
import { lockForAnswer, recordAnswer } from './answer-as-resident.ts';
import type { StoreDeps } from './deps.ts';
import { NotFound } from './errors.ts';
import { instant, rows } from './sql.ts';
import { inTransaction } from './transaction.ts';

interface Link {
  readonly journey: JourneyId;
  readonly step: StepRef;
  readonly answer: string | null;
  readonly note: string | null;
  readonly answeredAt: number | null;
  readonly answers: number;
  readonly state: AdvanceAnswer['state'];
}

const select = `select l.journey_id as journey, l.step, l.answer, l.note, l.answered_at as "answeredAt", l.answers, j.state
  from answer_link l join journey j on j.id = l.journey_id where l.id = $1`;

export interface AnswerByLink {
  /** Id of the link, whose signature and expiry have been checked. */
  readonly link: string;
  readonly answer: ResidentAnswerKind;
  readonly note?: string;
}

/** @returns whether this is what stands on the step by now, said by this link, about the same appointment */
function saidAlready({ state, step: ref, ...link }: Link, { answer, note }: AnswerByLink): boolean {
  const now = state.steps[ref]?.residentAnswer;
  return (
    link.answer === answer &&
    link.note === (note ?? null) &&
    now?.at === link.answeredAt &&
    now?.answer === answer &&
    now.cycle === state.steps[ref]?.cycle
  );
}

/**
 * Records what a resident answered by a link. The same answer again, at the same moment or later, is one event;
 * another answer is an event of its own while the step is open, and the newest counts.
 * @returns whether it is recorded; `poke` as `advance` has it
 * @throws NotFound when there is no such link, StoreUnavailable
 */
export const answerByLink = (
  deps: StoreDeps,
  said: AnswerByLink,
): Promise<Pick<AdvanceAnswer, 'status' | 'poke' | 'refusal'> & { readonly journey: JourneyId }> =>
  inTransaction(deps.pool, async (client) => {
    const [found] = await rows<Link>(client, 'answer-link', select, [said.link]);
    if (!found) throw new NotFound('link', said.link);
    const { journey, step } = found;
    await lockForAnswer(client, journey, said.answer);
    // Again: whoever held the lock may have answered by this very link.
    const [link] = await rows<Link>(client, 'answer-link', select, [said.link]);
    if (!link) throw new NotFound('link', said.link);
    if (saidAlready(link, said)) return { status: 'known', poke: false, journey };
    const answers = link.answers + 1;
    const recorded = await recordAnswer(deps, client, {
      journey,
      step,
      answer: said.answer,
      ...(said.note !== undefined && { note: said.note }),
      key: `link/${said.link}/${answers}`,
    });
    if (recorded.status === 'committed')
      await rows(
        client,
        'link-answered',
        `update answer_link set answer = $2, note = $3, answered_at = $4, answers = $5 where id = $1`,
        [said.link, said.answer, said.note ?? null, instant(recorded.state.at), answers],
      );
    const { status, poke, refusal } = recorded;
    return { status, poke, journey, ...(refusal && { refusal }) };
  });
