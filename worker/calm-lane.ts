import type { Clocks } from '../activities/poke-journey.ts';
import type { StoreDeps } from '../store/deps.ts';
import { calmPokes, unanswered } from '../store/owed-pokes.ts';
import { apiWasBusy } from '../store/people-at-work.ts';
import { rows } from '../store/sql.ts';
import { listen } from './listen.ts';
import { createPace } from './pace.ts';
import { politely } from './politely.ts';
import { watchPresence } from './presence.ts';
import { createRelay } from './relay.ts';
import { untilAnswered } from './until-answered.ts';

export interface CalmLaneDeps {
  readonly store: StoreDeps;
  readonly clocks: Pick<Clocks, 'nudge'>;
  readonly olderThanMs: number;
  readonly sent: (count: number) => void;
  readonly signal: AbortSignal;
}

export interface CalmLane {
  readonly round: () => Promise<'more' | 'done'>;
  /** Something that cannot wait is late: the lane falls back to its gentlest at once. */
  readonly giveWay: () => void;
  /** Until the signal. */
  readonly listening: Promise<void>;
}

/**
 * The lane of clocks that were never set and have time: one after another with rests twice as long as the work as long
 * as people are at work, so that a command hardly notices; more at once, and shorter rests, while nobody would.
 */
export function createCalmLane({ store, clocks, olderThanMs, sent, signal }: CalmLaneDeps): CalmLane {
  const pace = createPace();
  const turn = politely({ signal, share: () => pace.stride().share });
  let atWork = false;
  const round = createRelay({
    owed: (limit) => calmPokes(store, { olderThanMs, limit }),
    poke: (journey) => clocks.nudge(journey),
    sent,
    settled: untilAnswered({ unanswered: (journeys) => unanswered(store, journeys), signal }),
    batch: () => pace.stride().atOnce,
    atOnce: () => pace.stride().atOnce,
  });
  return {
    round: () =>
      turn(async () => {
        const left = await round();
        atWork = left === 'more';
        return left;
      }),
    giveWay: () => pace.giveWay(),
    listening: Promise.all([
      listen({ pace, call: () => rows(store.pool, 'listen', 'select 1', []), atWork: () => atWork, signal }),
      watchPresence({
        seen: () => apiWasBusy(store, 1_000),
        atWork: () => atWork,
        giveWay: () => pace.giveWay(),
        signal,
      }),
    ]).then(() => undefined),
  };
}
