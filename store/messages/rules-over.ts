import type { MessagingRules } from '../../domain/messaging/rules.ts';
import { rows, type Queryable } from '../sql.ts';
import { messagingRules } from './rules.ts';

/** @returns the district to which an organisation belongs, itself or by those above it; null when it belongs to none */
export async function districtOver(on: Queryable, organisation: string): Promise<string | null> {
  const [district] = await rows<{ id: string }>(
    on,
    '',
    `with recursive above as (
       select id, level, parent_id from organisation where id = $1
       union all select o.id, o.level, o.parent_id from organisation o join above on o.id = above.parent_id)
     select id from above where level = 'district'`,
    [organisation],
  );
  return district?.id ?? null;
}

/** @returns the rules for messages in the district to which an organisation belongs */
export async function messagingRulesOver(on: Queryable, organisation: string): Promise<MessagingRules> {
  return (await messagingRules(on, (await districtOver(on, organisation)) ?? organisation)).rules;
}
