import type { JourneyId } from '../domain/model/ids.ts';
import type { OwedPoke } from '../store/pokes.ts';
import { inParallel } from './in-parallel.ts';

export interface RelayDeps {
  readonly owed: (limit: number) => Promise<readonly OwedPoke[]>;
  readonly poke: (journey: JourneyId) => Promise<void>;
  readonly sent: (count: number) => void;
  /** A steady clock, milliseconds. */
  readonly now?: () => number;
}

/** How many pokes are read at a time; the table is the queue, so no more are ever held. */
const BATCH = 2_000;
const AT_ONCE = 16;
const FIRST_PATIENCE_MS = 10_000;
const LONGEST_PATIENCE_MS = 5 * 60_000;

/**
 * Sends the pokes that whoever committed them did not get across. One that was sent is given time to be answered
 * before it is sent again, ever more of it: a busy server is not helped by being asked twice.
 * @returns a round; it fails when Temporal is away
 */
export function createRelay({ owed, poke, sent, now = () => performance.now() }: RelayDeps) {
  let waiting = new Map<JourneyId, { pokeSeq: number; patienceMs: number; again: number }>();

  return async function relayRound(): Promise<'more' | 'done'> {
    const found = await owed(BATCH);
    const known = waiting;
    waiting = new Map();
    const due: OwedPoke[] = [];
    for (const one of found) {
      const before = known.get(one.journey);
      if (before?.pokeSeq === one.pokeSeq) waiting.set(one.journey, before);
      if (before?.pokeSeq !== one.pokeSeq || before.again <= now()) due.push(one);
    }
    await inParallel(AT_ONCE, due, async ({ journey, pokeSeq }) => {
      await poke(journey);
      const before = waiting.get(journey);
      const patienceMs = Math.min((before?.patienceMs ?? FIRST_PATIENCE_MS / 2) * 2, LONGEST_PATIENCE_MS);
      waiting.set(journey, { pokeSeq, patienceMs, again: now() + patienceMs });
      sent(1);
    });
    return due.length === BATCH ? 'more' : 'done';
  };
}
