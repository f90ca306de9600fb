import type { JourneyId } from '../domain/model/ids.ts';
import type { Refusal } from '../domain/model/refusal.ts';
import { bodyHash } from './canonical-json.ts';
import type { StoreDeps } from './deps.ts';
import { refusalJson } from './inbox-refusal.ts';
import { rows } from './sql.ts';

/**
 * Keeps a message that is not even an event, with the reason, so that nothing is dropped in silence.
 * @returns false when the journey does not exist, or when the same message is kept already
 */
export async function refuseInbox(
  deps: Pick<StoreDeps, 'pool'>,
  message: {
    readonly source: string;
    readonly id: string;
    readonly journey: JourneyId;
    readonly body: unknown;
  },
  refusal: Refusal,
): Promise<boolean> {
  const { source, id, journey, body } = message;
  const kept = await rows(
    deps.pool,
    '',
    `insert into inbox (source, id, journey_id, body, body_hash, status, refusal, handled_at)
     select $1, $2, j.id, $4::json, $5, 'refused', $6::jsonb, clock_timestamp() from journey j where j.id = $3
     on conflict (source, id) do nothing returning id`,
    [source, id, journey, JSON.stringify(body), bodyHash(body), refusalJson(refusal)],
  );
  return kept.length > 0;
}
