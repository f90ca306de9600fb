/**
 * When a commit must wake the journey's clock, and when the clock may say that it is set.
 * The store's SQL, the workflow and the model that proves them share these two rules; docs/adr/0002 tells why.
 * All instants are UTC epoch milliseconds.
 */

/** What the row of a journey knows about its clock. */
export interface ClockRow {
  /** Raised by every commit that must wake the clock. */
  readonly pokeSeq: number;
  /** The latest `pokeSeq` that the clock has read and acted on. */
  readonly pokedSeq: number;
  /** The clock will wake by then at the latest; null when nothing was ever set. */
  readonly armedUntil: number | null;
  /** Null only for an ended journey. */
  readonly nextDeadlineAt: number | null;
  readonly ended: boolean;
}

/** What a commit leaves behind, as far as the clock is concerned. */
export interface Committed {
  /** After the commit; null when the journey has ended. */
  readonly nextDeadlineAt: number | null;
  /** As the row had it before the commit. */
  readonly armedUntil: number | null;
  /** This commit asked for outside work, which only the workflow can start. */
  readonly outsideWork: boolean;
  /** This commit ended the journey, or began it anew (enrolled, reopened). */
  readonly ended: boolean;
}

/**
 * The clock may be early, never late: a deadline that is not earlier than the timer needs no signal, since the
 * timer fires, finds nothing due, and is set again.
 * @returns true when this commit has to raise `poke_seq`
 */
export function mustPoke({ nextDeadlineAt, armedUntil, outsideWork, ended }: Committed): boolean {
  if (ended || outsideWork) return true;
  if (nextDeadlineAt === null) return false;
  return armedUntil === null || nextDeadlineAt < armedUntil;
}

/** What the clock claims: it has read poke number `pokeSeq` and will wake by `armedUntil` (null: journey ended). */
export interface ArmedClaim {
  readonly pokeSeq: number;
  readonly armedUntil: number | null;
}

/**
 * A claim is a statement that may arrive late (a retried or abandoned write), so it is taken only if
 * 1. no later poke was acted on,
 * 2. it does not move the claim of the same poke back, and
 * 3. it is no later than the deadline that the row has by now: a command between the look and the claim may have
 *    brought the deadline forward without a poke, as it was still later than the old claim; and
 * 4. the row knows of that poke: after a restore to an earlier moment a clock may have seen pokes that never were,
 *    and its claim would hide those to come.
 *
 * In SQL, with `$p` and `$u`:
 * ```sql
 * update journey set poked_seq = $p, armed_until = $u
 *  where id = $id and $p between poked_seq and poke_seq
 *    and case when $u::bigint is null then next_deadline_at is null
 *             else next_deadline_at >= $u and (poked_seq < $p or armed_until is null or armed_until <= $u) end
 * ```
 * @returns true when the row takes the claim; after false the clock must look again
 */
export function mayMarkArmed(row: ClockRow, claim: ArmedClaim): boolean {
  if (row.pokedSeq > claim.pokeSeq || claim.pokeSeq > row.pokeSeq) return false;
  if (claim.armedUntil === null) return row.nextDeadlineAt === null;
  if (row.nextDeadlineAt === null || row.nextDeadlineAt < claim.armedUntil) return false;
  return row.pokedSeq < claim.pokeSeq || row.armedUntil === null || row.armedUntil <= claim.armedUntil;
}
