import type { Facts } from '../domain/model/fact.ts';
import { stepIdOf, type JourneyId, type StepRef } from '../domain/model/ids.ts';
import type { Locale, Localized } from '../domain/model/localized.ts';
import { roleDescriptions, type OrganisationLevel, type StaffRole } from '../domain/model/role.ts';
import type { StoreDeps } from './deps.ts';
import { heldKey } from './outgoing.ts';
import { rows } from './sql.ts';

/** Somebody whom a notice reaches. */
export interface Addressee {
  readonly kind: 'resident' | 'staff';
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly locale: Locale;
}

export interface DueNotice {
  /** One message for ever: the gateway's idempotency key. */
  readonly key: string;
  readonly journey: JourneyId;
  readonly step: StepRef;
  readonly template: string;
  /** As the definition that the journey is on words it; absent for a template that every pathway has. */
  readonly wording?: { readonly subject: Localized; readonly body: Localized };
  readonly parameters: Facts;
  readonly pathway: string;
  readonly stepTitle: Localized;
  readonly resident: { readonly name: string };
  /** Where the step is done, and what to call there: the owner's centre, hospital or district. */
  readonly place: { readonly name: string; readonly phone: string | null };
  /** Empty: nobody of that role is registered there; the notice has failed unless somebody is added. */
  readonly to: readonly Addressee[];
  readonly dueAt: number;
  readonly attempts: number;
}

interface Row extends Omit<DueNotice, 'wording' | 'stepTitle' | 'resident' | 'place'> {
  readonly places: Readonly<Record<OrganisationLevel, DueNotice['place']>>;
  readonly version: number;
  readonly residentName: string;
}

const levels = JSON.stringify(
  Object.fromEntries(
    Object.entries(roleDescriptions).map(([role, { level }]) => [role, level]),
  ) satisfies Record<string, string> as Record<StaffRole, string>,
);

const place = (level: OrganisationLevel): string => `(select json_build_object('phone', o.phone, 'name',
    coalesce((select m.name from organisation_name m where m.organisation_id = o.id order by m.position limit 1), o.code))
    from organisation o where o.id = j.${level}_id)`;

const select = `
  select n.key, n.journey_id as journey, n.step, n.template, n.parameters, n.due_at as "dueAt", n.attempts,
    j.pathway, j.version, r.name as "residentName",
    json_build_object('centre', ${place('centre')}, 'hospital', ${place('hospital')}, 'district', ${place('district')}) as places,
    case when n.recipient_kind = 'resident' then json_build_array(json_build_object('kind', 'resident', 'id', r.id,
        'name', r.name, 'email', r.email, 'phone', r.phone, 'locale', r.locale))
      else coalesce((select json_agg(json_build_object('kind', 'staff', 'id', s.id, 'name', s.name, 'email', s.email,
          'phone', s.phone, 'locale', 'zh') order by s.code)
        from staff s where s.active and case when n.recipient_id is not null then s.id::text = n.recipient_id
          else s.role = n.recipient_role and s.organisation_id in (
            select o.id from organisation o, (select case $2::json->>n.recipient_role
              when 'centre' then j.centre_id when 'hospital' then j.hospital_id else j.district_id end as id) as place
            where o.id = place.id or (o.parent_id = place.id and o.level = 'team')) end), '[]'::json) end as "to"
  from notice n join journey j on j.id = n.journey_id join resident r on r.id = j.resident_id
  where n.status = 'queued' and n.due_at <= clock_timestamp() and (n.due_at, n.key) > ($3::timestamptz, $4)
    and not exists (select 1 from setting where key = '${heldKey}')
  order by n.due_at, n.key limit $1`;

/**
 * @returns notices that are due, oldest first, with whom they reach; none while outgoing messages are held.
 *   Two senders may be given the same one: the key tells the gateway.
 */
export async function dueNotices(
  deps: Pick<StoreDeps, 'pool' | 'definitions'>,
  limit: number,
  after: { readonly dueAt: number; readonly key: string } = { dueAt: 0, key: '' },
): Promise<DueNotice[]> {
  const found = await rows<Row>(deps.pool, 'due-notices', select, [
    limit,
    levels,
    new Date(after.dueAt).toISOString(),
    after.key,
  ]);
  return Promise.all(
    found.map(async ({ version, residentName, places, ...notice }) => {
      const definition = await deps.definitions.get(notice.pathway, version);
      const wording = definition.source.templates[notice.template];
      const id = stepIdOf(notice.step);
      const step = definition.steps[id];
      return {
        ...notice,
        stepTitle: step?.source.title ?? { zh: id, en: id },
        place: places[step ? roleDescriptions[step.owner].level : 'centre'],
        resident: { name: residentName },
        ...(wording && { wording }),
      };
    }),
  );
}

/**
 * Says what became of a notice. A transient failure leaves it queued, to be tried again after `retryAfterMs`.
 * @returns false when it was superseded or finished meanwhile
 */
export async function finishNotice(
  deps: Pick<StoreDeps, 'pool'>,
  key: string,
  result:
    | { readonly status: 'sent' }
    | { readonly status: 'failed'; readonly error: string; readonly retryAfterMs?: number },
): Promise<boolean> {
  const retry = result.status === 'failed' ? (result.retryAfterMs ?? null) : null;
  const finished = await rows(
    deps.pool,
    'finish-notice',
    `update notice set attempts = attempts + 1, error = $3,
       status = case when $4::float8 is null then $2 else 'queued' end,
       finished_at = case when $4::float8 is null then clock_timestamp() end,
       due_at = case when $4::float8 is null then due_at else clock_timestamp() + $4::float8 * interval '1 millisecond' end
     where key = $1 and status = 'queued' returning key`,
    [key, result.status, result.status === 'failed' ? result.error : null, retry],
  );
  return finished.length > 0;
}
