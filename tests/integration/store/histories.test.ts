import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JourneyEvent } from '../../../domain/model/event.ts';
import { asEventId, type JourneyId } from '../../../domain/model/ids.ts';
import { nextDeadline } from '../../../domain/transition/next-deadline.ts';
import { advance } from '../../../store/advance.ts';
import type { AdvanceAnswer } from '../../../store/advance-once.ts';
import type { EventInput } from '../../../store/event-input.ts';
import { look } from '../../../store/look.ts';
import { markArmed } from '../../../store/mark-armed.ts';
import { rebuildState } from '../../../store/rebuild-state.ts';
import { rows } from '../../../store/sql.ts';
import { verifyReplay } from '../../../store/verify-replay.ts';
import { smallPathway } from '../../support/small-pathway.ts';
import {
  clock,
  journey as walkedJourney,
  walk,
  walkArbitrary,
  type Walk,
} from '../../support/random-walk.ts';
import { storeFixture, type StoreFixture } from '../../support/store-fixture.ts';

let f: StoreFixture;
beforeAll(async () => {
  f = await storeFixture();
});
afterAll(() => f.close());

/** The walk's names become this database's ids. */
function translate(event: JourneyEvent, journey: JourneyId, ids: ReadonlyMap<string, string>): EventInput {
  const named = JSON.parse(JSON.stringify(event).replaceAll(walkedJourney, journey)) as JourneyEvent;
  const id = asEventId(`${journey}/${event.id}`);
  switch (named.kind) {
    case 'Transferred': {
      const centre = f.organisations.get(named.assignment.centre.replace('centre-', 'C')) ?? '';
      const doctor = f.staff.get((named.assignment.doctor ?? '').replace('doctor-', 'centre')) ?? '';
      return { ...named, id, assignment: { ...place(), centre, doctor } };
    }
    case 'EnteredInError': {
      const { undo: _, ...input } = named;
      return { ...input, id, of: asEventId(ids.get(named.of) ?? 'unknown') };
    }
    case 'DeadlineReached':
      return { kind: 'DeadlineReached', by: named.by };
    default:
      return { ...named, id };
  }
}

const place = () => ({
  district: f.organisations.get('D') ?? '',
  hospital: f.organisations.get('H') ?? '',
});

const deadlineReached: EventInput = { kind: 'DeadlineReached', by: clock };

/** Plays a walk through the store, deadlines firing in between if the walk says so; `between` is asked after every event. */
async function play(
  chosen: Walk,
  between: (journey: JourneyId, answer: AdvanceAnswer) => Promise<void> = () => Promise.resolve(),
): Promise<JourneyId> {
  const moves = chosen.moves.slice(0, 25);
  const [begun, ...rest] = walk(smallPathway, { ...chosen, moves, fire: false });
  if (begun?.event.kind !== 'Enrolled') throw new Error('a walk begins with Enrolled');
  const { stage, anchors } = begun.event;
  const journey = await f.journey({
    at: begun.at,
    ...(stage !== undefined && { stage }),
    ...(anchors && { anchors }),
  });
  const ids = new Map<string, string>([[begun.event.id, 'enrolment']]);
  for (const { event, at } of rest) {
    for (let n = 0; chosen.fire && n < 12; n += 1) {
      const fired = await advance(f.store, journey, deadlineReached, { at });
      await between(journey, fired);
      if (fired.status !== 'committed') break;
    }
    const input = translate(event, journey, ids);
    // Whoever died or moved is brought back by an event of the person; a walk is of one journey.
    if (event.kind === 'Reopened' || event.kind === 'EnteredInError')
      await rows(
        f.store.pool,
        '',
        `update resident set status = 'active' where id = (select resident_id from journey where id = $1)`,
        [journey],
      );
    const answer = await advance(f.store, journey, input, { at });
    if (answer.status === 'committed')
      ids.set(event.id, 'id' in input ? input.id : `deadline/${journey}/${answer.seq}`);
    await between(journey, answer);
  }
  return journey;
}

const rowOf = async (journey: JourneyId) => {
  const [row] = await rows<{
    next: number | null;
    armed: number | null;
    pokeSeq: number;
    pokedSeq: number;
    ended: boolean;
  }>(
    f.store.pool,
    '',
    `select next_deadline_at as next, armed_until as armed, poke_seq as "pokeSeq", poked_seq as "pokedSeq",
       ended_at is not null as ended from journey where id = $1`,
    [journey],
  );
  if (!row) throw new Error('no row');
  return row;
};

describe('random histories through the store', () => {
  it('the patches of the log give the stored state, and re-deciding gives the same patches', () =>
    fc.assert(
      fc.asyncProperty(walkArbitrary, async (chosen) => {
        const journey = await play(chosen);
        expect(await verifyReplay(f.store, journey)).toEqual({ patchesAgree: true, decidedOtherwise: [] });
        const [stored] = await rows<{ state: string }>(
          f.store.pool,
          '',
          'select state::text as state from journey where id = $1',
          [journey],
        );
        expect(await rebuildState(f.store, journey)).toEqual(JSON.parse(stored?.state ?? ''));
      }),
      { numRuns: 40 },
    ));

  it('open_step says what the state says', () =>
    fc.assert(
      fc.asyncProperty(walkArbitrary, async (chosen) => {
        const journey = await play(chosen);
        const state = await rebuildState(f.store, journey);
        const expected = Object.entries(state?.steps ?? {})
          .filter(([, { status }]) => status === 'open' || status === 'scheduled')
          .map(([step, { status, dueAt, rung, cycle }]) => ({ step, status, dueAt, rung, cycle }));
        const derived = await rows<{ step: string }>(
          f.store.pool,
          '',
          `select step, status, due_at as "dueAt", rung, cycle from open_step where journey_id = $1`,
          [journey],
        );
        const byStep = (a: { step: string }, b: { step: string }) => (a.step < b.step ? -1 : 1);
        expect(derived.toSorted(byStep)).toEqual(expected.toSorted(byStep));
      }),
      { numRuns: 40 },
    ));

  it('owes a poke whenever the clock would wake too late, however the workflow arms in between', () =>
    fc.assert(
      fc.asyncProperty(
        walkArbitrary,
        fc.array(fc.nat({ max: 5 }), { minLength: 8, maxLength: 30 }),
        async (chosen, arms) => {
          let n = 0;
          const seenSoFar: { pokeSeq: number; armedUntil: number | null }[] = [];
          await play(chosen, async (journey) => {
            const choice = arms[n % arms.length] ?? 0;
            n += 1;
            // The workflow looks, and says what it saw at once, an event later, or much later as a zombie.
            if (choice === 2 || choice === 3) {
              const seen = await look(f.store, journey);
              if (seen) seenSoFar.push({ pokeSeq: seen.pokeSeq, armedUntil: seen.armUntil });
            }
            const claim = choice >= 5 ? seenSoFar[n % seenSoFar.length] : seenSoFar.at(-1);
            if (choice >= 3 && claim) {
              const before = await rowOf(journey);
              await markArmed(f.store, journey, claim);
              const after = await rowOf(journey);
              expect(after.pokedSeq).toBeGreaterThanOrEqual(before.pokedSeq);
              expect(after.pokeSeq).toBe(before.pokeSeq);
            }
            const row = await rowOf(journey);
            const tooLate = row.next === null ? !row.ended : row.armed === null || row.next < row.armed;
            if (tooLate) expect(row.pokeSeq).toBeGreaterThan(row.pokedSeq);
          });
        },
      ),
      { numRuns: 60 },
    ));

  it('keeps the promise in the row: an open journey has the deadline and the owner of its state', () =>
    fc.assert(
      fc.asyncProperty(walkArbitrary, async (chosen) => {
        await play(chosen, async (journey, answer) => {
          if (answer.status !== 'committed') return;
          const row = await rowOf(journey);
          expect(row.next).toBe(nextDeadline(answer.state)?.at ?? null);
        });
      }),
      { numRuns: 10 },
    ));
});
