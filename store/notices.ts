import type { Facts } from '../domain/model/fact.ts';
import { stepIdOf, type JourneyId, type StepRef } from '../domain/model/ids.ts';
import type { Locale, Localized } from '../domain/model/localized.ts';
import { roleDescriptions, type OrganisationLevel } from '../domain/model/role.ts';
import type { StoreDeps } from './deps.ts';
import { nothingLeaves } from './outgoing.ts';
import { placesOfJourney } from './places-of-journey.ts';
import { byRank, levelsOfRoles, rankedStaff, type Ranked } from './stand-ins.ts';
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
  /** Empty: nobody of that role is registered there. */
  readonly to: readonly Addressee[];
  /** Whom it reaches instead, in this order, when nobody before can be reached: see store/stand-ins.ts. */
  readonly instead: readonly (readonly Addressee[])[];
  /** Those who have it, or whose address was refused for good. */
  readonly delivered: Readonly<Record<string, 'sent' | 'failed'>>;
  /** When it was called for, however often it was tried since. */
  readonly calledForAt: number;
  readonly dueAt: number;
  readonly attempts: number;
}

interface Row extends Omit<DueNotice, 'wording' | 'stepTitle' | 'resident' | 'place' | 'to' | 'instead'> {
  readonly people: readonly Ranked[];
  readonly places: Readonly<Record<OrganisationLevel, DueNotice['place']>>;
  readonly version: number;
  readonly residentName: string;
}

const select = `
  select n.key, n.journey_id as journey, n.step, n.template, n.parameters, n.due_at as "dueAt", n.attempts,
    j.pathway, j.version, r.name as "residentName",
    ${placesOfJourney} as places,
    least(n.queued_at, n.due_at) as "calledForAt",
    coalesce((select json_object_agg(d.addressee_id, d.status) from notice_delivery d where d.notice_key = n.key),
      '{}'::json) as delivered,
    case when n.recipient_kind = 'resident' then json_build_array(json_build_object('kind', 'resident', 'id', r.id,
        'name', r.name, 'email', r.email, 'phone', r.phone, 'locale', r.locale, 'rank', 0))
      else ${rankedStaff} end as people
  from notice n join journey j on j.id = n.journey_id join resident r on r.id = j.resident_id
  where n.status = 'queued' and n.due_at <= clock_timestamp() and (n.due_at, n.key) > ($3::timestamptz, $4)
    and not ${nothingLeaves}
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
    levelsOfRoles,
    new Date(after.dueAt).toISOString(),
    after.key,
  ]);
  return Promise.all(
    found.map(async ({ version, residentName, places, people, ...notice }) => {
      const definition = await deps.definitions.get(notice.pathway, version);
      const wording = definition.source.templates[notice.template];
      const id = stepIdOf(notice.step);
      const step = definition.steps[id];
      return {
        ...notice,
        ...byRank(people),
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
    | { readonly status: 'sent' | 'expired' }
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

/** Says that one addressee has the notice, or never will at this address. */
export async function recordDelivery(
  deps: Pick<StoreDeps, 'pool'>,
  key: string,
  addressee: string,
  { status, error }: { readonly status: 'sent' | 'failed'; readonly error?: string },
): Promise<void> {
  await rows(
    deps.pool,
    'record-delivery',
    `insert into notice_delivery (notice_key, addressee_id, status, error) values ($1, $2, $3, $4)
     on conflict (notice_key, addressee_id) do nothing`,
    [key, addressee, status, error ?? null],
  );
}
