/**
 * Which owed pokes are sent at once, and which may wait their turn. The lanes change nothing of what is owed
 * (poke-rule.ts): whichever lane, every owed poke is sent again until the clock has answered.
 */

/** A first deadline that is further away than this waits in the calm lane; ample time for the urgent one afterwards. */
export const calmBeyondMs = 15 * 60_000;

/** What a journey that is owed a poke has to say about its haste. */
export interface OwedRow {
  /** 0: its clock was never set. */
  readonly pokedSeq: number;
  /** Null only for an ended journey; UTC epoch milliseconds. */
  readonly nextDeadlineAt: number | null;
  /** Outside work was asked for and no workflow has begun it. */
  readonly workWaits: boolean;
}

/**
 * @param now UTC epoch milliseconds
 * @returns true for a clock that was never set, with nothing to do for a while: thousands of them come with an import
 */
export const isCalm = ({ pokedSeq, nextDeadlineAt, workWaits }: OwedRow, now: number): boolean =>
  pokedSeq === 0 && !workWaits && nextDeadlineAt !== null && nextDeadlineAt > now + calmBeyondMs;
