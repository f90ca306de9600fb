import type { Facts } from '../../domain/model/fact.ts';
import { asEventId, stepIdOf, type JourneyId, type StepRef } from '../../domain/model/ids.ts';
import type { JourneyState, StepState } from '../../domain/model/state.ts';
import { advance } from '../../store/advance.ts';
import type { StoreDeps } from '../../store/deps.ts';

/** What the staff record on each step, by its id; the nth answer for its nth occurrence, the last one for all later. */
export type Answers = Readonly<Record<string, readonly (readonly [outcome: string, facts?: Facts])[]>>;

/** People who do what is theirs to do as soon as it is open. What they have no answer for waits for its deadline. */
export function diligentStaff(store: StoreDeps, answers: Answers) {
  let count = 0;
  return {
    /** Records an outcome on everything that is open and has an answer. @returns the state in which they leave it */
    async work(journey: JourneyId, poke: () => Promise<void>): Promise<JourneyState> {
      for (;;) {
        const { rows } = await store.pool.query<{ state: JourneyState }>(
          'select state from journey where id = $1',
          [journey],
        );
        const state = rows[0]?.state;
        if (!state) throw new Error(`no journey ${journey}`);
        const open = (Object.entries(state.steps) as [StepRef, StepState][]).find(
          ([ref, step]) => step.status === 'open' && answers[stepIdOf(ref)],
        );
        if (!open) return state;
        const [ref] = open;
        const list = answers[stepIdOf(ref)] ?? [];
        const nth = Number(ref.slice(ref.lastIndexOf('#') + 1)) - 1;
        const [outcome, facts] = list[Math.min(nth, list.length - 1)] ?? ['done'];
        const answer = await advance(store, journey, {
          kind: 'OutcomeRecorded',
          id: asEventId(`${journey}/${++count}`),
          by: { kind: 'staff', id: 'staff', role: 'district-coordinator' },
          step: ref,
          outcome,
          ...(facts && { facts }),
          reason: '见记录',
        });
        if (answer.status !== 'committed')
          throw new Error(`${ref} ${outcome}: ${JSON.stringify(answer.refusal)}`);
        if (answer.poke) await poke();
      }
    },
  };
}
