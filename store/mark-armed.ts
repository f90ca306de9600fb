import type { ArmedClaim } from '../domain/clock/poke-rule.ts';
import type { JourneyId } from '../domain/model/ids.ts';
import type { StoreDeps } from './deps.ts';
import { instantOrNull, rows } from './sql.ts';

/** `mayMarkArmed` of domain/clock/poke-rule.ts, on the row as it is at this moment. */
const update = `
  update journey set poked_seq = $2::int, armed_until = $3::timestamptz, poked_at = clock_timestamp()
  where id = $1 and $2::int between poked_seq and poke_seq
    and case when $3::timestamptz is null then next_deadline_at is null
      else next_deadline_at >= $3::timestamptz
        and (poked_seq < $2::int or armed_until is null or armed_until <= $3::timestamptz) end
  returning id`;

/**
 * The workflow says that it has read poke number `pokeSeq` and will wake by `armedUntil`.
 * A late or repeated claim never clears a newer poke and never moves the clock back.
 * @returns false when the row did not take the claim: look again
 */
export async function markArmed(
  deps: Pick<StoreDeps, 'pool'>,
  journey: JourneyId,
  { pokeSeq, armedUntil }: ArmedClaim,
): Promise<boolean> {
  const marked = await rows(deps.pool, 'mark-armed', update, [journey, pokeSeq, instantOrNull(armedUntil)]);
  return marked.length > 0;
}
