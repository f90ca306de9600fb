import type { MessagingRules } from '../../domain/messaging/rules.ts';
import { rows, type Queryable } from '../sql.ts';
import { messagingRules } from './rules.ts';

/** @returns the rules for messages in the district to which an organisation belongs, itself or by those above it */
export async function messagingRulesOver(on: Queryable, organisation: string): Promise<MessagingRules> {
  const [district] = await rows<{ id: string }>(
    on,
    '',
    `with recursive above as (
       select id, level, parent_id from organisation where id = $1
       union all select o.id, o.level, o.parent_id from organisation o join above on o.id = above.parent_id)
     select id from above where level = 'district'`,
    [organisation],
  );
  return (await messagingRules(on, district?.id ?? organisation)).rules;
}
