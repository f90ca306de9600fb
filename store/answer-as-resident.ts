import type pg from 'pg';
import type { JourneyId, StepRef } from '../domain/model/ids.ts';
import type { ResidentAnswerKind } from '../domain/model/message.ts';
import { advanceOnce, type AdvanceAnswer } from './advance-once.ts';
import { stopContact } from './contact-stop.ts';
import type { StoreDeps } from './deps.ts';
import { NotFound } from './errors.ts';
import { eventIdOf } from './event-input.ts';
import { rows } from './sql.ts';
import { inTransaction } from './transaction.ts';

/** What a resident said, by whatever way it came. */
export interface ResidentReply {
  readonly journey: JourneyId;
  readonly step: StepRef;
  readonly answer: ResidentAnswerKind;
  /** In the resident's own words. */
  readonly note?: string;
  /** Unique for what was said: the same again is one event. Such as `sms/<provider>/<id>`. */
  readonly key: string;
}

/** The longest note that is taken, in characters. */
export const longestNote = 200;

/**
 * Keeps everybody else from the journey until the transaction ends. Who wants no more messages is believed at once:
 * the wish stands even if the step is closed by now and the journey takes no answer any more. It is written before
 * the journey is locked, as whoever locks a person and the journeys does it in this order.
 */
export async function lockForAnswer(
  client: pg.PoolClient,
  journey: JourneyId,
  answer: ResidentAnswerKind,
): Promise<void> {
  const [person] = await rows<{ id: string }>(
    client,
    '',
    'select resident_id as id from journey where id = $1',
    [journey],
  );
  if (!person) throw new NotFound('journey', journey);
  if (answer === 'do-not-contact') await stopContact(client, person.id, '*', 'resident');
  await rows(client, 'lock-journey', 'select 1 from journey where id = $1 for update', [journey]);
}

/** Records the event on a journey that {@link lockForAnswer} has locked. */
export async function recordAnswer(
  deps: StoreDeps,
  client: pg.PoolClient,
  { journey, step, answer, note, key }: ResidentReply,
): Promise<AdvanceAnswer> {
  const recorded = await advanceOnce(
    deps,
    client,
    journey,
    {
      kind: 'ResidentAnswered',
      id: eventIdOf('resident', key),
      by: { kind: 'resident' },
      step,
      answer,
      ...(note !== undefined && { note }),
    },
    {},
    true,
  );
  if (!recorded || recorded === 'ofPerson')
    throw new Error(`journey ${journey} moved on while it was locked`);
  return recorded;
}

/**
 * Records what a resident answered, on the journey; "do not contact me" also stops every channel, in one transaction.
 * @returns as `advance` does; `refused` or `ended` for a step that is closed, which the caller tells the resident
 * @throws EventIdReused when the key came with something else before, NotFound, StoreUnavailable
 */
export const answerAsResident = (deps: StoreDeps, reply: ResidentReply): Promise<AdvanceAnswer> =>
  inTransaction(deps.pool, async (client) => {
    await lockForAnswer(client, reply.journey, reply.answer);
    return recordAnswer(deps, client, reply);
  });
