import {
  defaultMessagingRules,
  messagingRulesSchema,
  type MessagingRules,
} from '../../domain/messaging/rules.ts';
import type { StoreDeps } from '../deps.ts';
import { rows, type Queryable } from '../sql.ts';

export interface RulesInForce {
  /** 0: nobody has set any, these are the ones that ship. */
  readonly version: number;
  readonly rules: MessagingRules;
}

/** @returns the newest rules of a district, or the ones that ship */
export async function messagingRules(on: Queryable, district: string): Promise<RulesInForce> {
  const [row] = await rows<{ version: number; rules: unknown }>(
    on,
    'messaging-rules',
    'select version, rules from messaging_rules where district_id = $1 order by version desc limit 1',
    [district],
  );
  return row
    ? { version: row.version, rules: messagingRulesSchema.parse(row.rules) }
    : { version: 0, rules: defaultMessagingRules };
}

/**
 * Puts rules in force from now on; the earlier ones stay on record.
 * @returns their version
 * @throws ZodError that names the field when they are not rules
 */
export async function setMessagingRules(
  deps: Pick<StoreDeps, 'pool'>,
  district: string,
  rules: MessagingRules,
  by: string,
): Promise<number> {
  const [row] = await rows<{ version: number }>(
    deps.pool,
    '',
    `insert into messaging_rules (district_id, version, rules, created_by)
     select $1, coalesce(max(version), 0) + 1, $2::json, $3 from messaging_rules where district_id = $1
     returning version`,
    [district, JSON.stringify(messagingRulesSchema.parse(rules)), by],
  );
  return row?.version ?? 0;
}
