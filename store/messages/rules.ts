import {
  defaultMessagingRules,
  messagingRulesSchema,
  type MessagingRules,
} from '../../domain/messaging/rules.ts';
import type { StoreDeps } from '../deps.ts';
import { Conflict, isDuplicate } from '../errors.ts';
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

export interface RulesOnRecord extends RulesInForce {
  /** UTC epoch milliseconds; null: they ship with the program. */
  readonly setAt: number | null;
  readonly setBy: string | null;
}

/** @returns a version of a district's rules with who set it, the newest if none is given; null when there is none such */
export async function rulesOnRecord(
  on: Queryable,
  district: string,
  version?: number,
): Promise<RulesOnRecord | null> {
  const [row] = await rows<RulesOnRecord>(
    on,
    '',
    `select version, rules, created_at as "setAt", created_by as "setBy" from messaging_rules
     where district_id = $1 and version = coalesce($2::int, version) order by version desc limit 1`,
    [district, version ?? null],
  );
  if (row) return { ...row, rules: messagingRulesSchema.parse(row.rules) };
  if (version !== undefined && version !== 0) return null;
  return { version: 0, rules: defaultMessagingRules, setAt: null, setBy: null };
}

/**
 * Puts rules in force from now on; the earlier ones stay on record.
 * @param basedOn the version that whoever sets them has seen; default: whichever is in force
 * @returns their version
 * @throws ZodError that names the field when they are not rules, Conflict when others have been set since `basedOn`
 */
export async function setMessagingRules(
  deps: Pick<StoreDeps, 'pool'>,
  district: string,
  rules: MessagingRules,
  by: string,
  basedOn?: number,
): Promise<number> {
  const [row] = await rows<{ version: number }>(
    deps.pool,
    '',
    `insert into messaging_rules (district_id, version, rules, created_by)
     select $1, coalesce(max(version), 0) + 1, $2::json, $3 from messaging_rules where district_id = $1
     having $4::int is null or coalesce(max(version), 0) = $4
     returning version`,
    [district, JSON.stringify(messagingRulesSchema.parse(rules)), by, basedOn ?? null],
  ).catch((error: unknown) => {
    if (isDuplicate(error)) return [];
    throw error;
  });
  if (row) return row.version;
  throw new Conflict(
    '这期间有人设置了别的消息规则，没有改动；请看过现行的规则再设置。' +
      'Other rules have been set meanwhile, and nothing was changed: look at those in force, then set yours again.',
  );
}
