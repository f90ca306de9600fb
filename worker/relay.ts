import type { JourneyId } from '../domain/model/ids.ts';
import type { OwedPoke } from '../store/owed-pokes.ts';
import { inParallel } from './in-parallel.ts';

export interface RelayDeps {
  readonly owed: (limit: number) => Promise<readonly OwedPoke[]>;
  /** `busy`: it was not needed, as the clock is about to look anyhow. */
  readonly poke: (journey: JourneyId) => Promise<'sent' | 'busy'>;
  readonly sent: (count: number) => void;
  /** Called with what a round has sent; the round lasts until then. */
  readonly settled?: (journeys: readonly JourneyId[]) => Promise<void>;
  /** How many are sent in a round, and how many of them at once; asked at the beginning of each. */
  readonly batch?: () => number;
  readonly atOnce?: () => number;
  /** A steady clock, milliseconds. */
  readonly now?: () => number;
}

const BATCH = 2_000;
const AT_ONCE = 16;
/** The table is the queue; no more of it are ever held. */
const MOST_READ = 10_000;
const FIRST_PATIENCE_MS = 10_000;
const LONGEST_PATIENCE_MS = 5 * 60_000;

/**
 * Sends the pokes that whoever committed them did not get across. One that was sent is given time to be answered
 * before it is sent again, ever more of it: a busy server is not helped by being asked twice. Those that are given
 * time do not hide the ones behind them.
 * @returns a round; it fails when Temporal is away
 */
export function createRelay(deps: RelayDeps): () => Promise<'more' | 'done'> {
  const { owed, poke, sent, settled, now = () => performance.now() } = deps;
  let waiting = new Map<JourneyId, { pokeSeq: number; patienceMs: number; again: number }>();

  return async function relayRound() {
    const batch = deps.batch?.() ?? BATCH;
    const atOnce = deps.atOnce?.() ?? AT_ONCE;
    const found = await owed(Math.min(batch + waiting.size, MOST_READ));
    const known = waiting;
    waiting = new Map();
    const due: OwedPoke[] = [];
    for (const one of found) {
      const before = known.get(one.journey);
      if (before?.pokeSeq === one.pokeSeq) waiting.set(one.journey, before);
      if (due.length < batch && (before?.pokeSeq !== one.pokeSeq || before.again <= now())) due.push(one);
    }
    await inParallel(atOnce, due, async ({ journey, pokeSeq }) => {
      if ((await poke(journey)) === 'sent') sent(1);
      const before = waiting.get(journey);
      const patienceMs = Math.min((before?.patienceMs ?? FIRST_PATIENCE_MS / 2) * 2, LONGEST_PATIENCE_MS);
      waiting.set(journey, { pokeSeq, patienceMs, again: now() + patienceMs });
    });
    if (due.length > 0) await settled?.(due.map(({ journey }) => journey));
    return due.length === batch ? 'more' : 'done';
  };
}
