import { civilText } from '../../domain/calendar/civil-day.ts';
import { compileCalendar } from '../../domain/calendar/working-calendar.ts';
import type { StoodInFor } from '../../domain/messaging/stood-in-for.ts';
import { stepIdOf, type JourneyId, type StepRef } from '../../domain/model/ids.ts';
import type { Localized } from '../../domain/model/localized.ts';
import { surnameOf } from '../../domain/resident/salutation.ts';
import { staffCoverOn, type StaffCover } from '../absences/staff-cover.ts';
import type { StoreDeps } from '../deps.ts';
import { instant, rows } from '../sql.ts';
import { addressed, namedAway, stoodInFor, type Addressed } from './stood-in-for.ts';

/** SQL: where staff `s` work, as `place`: their organisation, and the centre that their team belongs to. */
export const placesOfStaff = `lateral (select s.organisation_id as place
  union all select t.parent_id from organisation t where t.id = s.organisation_id and t.level = 'team')`;

/** A step in a digest. It names nobody but by the surname. */
export interface DigestItem {
  readonly journey: JourneyId;
  readonly step: StepRef;
  readonly title: Localized;
  readonly surname: string;
  /** UTC epoch milliseconds; null: the step has closed. */
  readonly dueAt: number | null;
  /** Who is away and would have it else; null: it is the reader's own. */
  readonly standsInFor: StoodInFor | null;
}

export interface DigestSection {
  readonly total: number;
  /** The first of them, by when they are due. */
  readonly items: readonly DigestItem[];
}

/** Each step stands in one of them: the first that it belongs to. */
const sections = ['escalated', 'overdue', 'dueToday', 'new'] as const;
export type DigestContent = Readonly<Record<(typeof sections)[number], DigestSection>>;

/** A digest says how much there is, and lists no more than can be read in the morning. */
const listed = 30;

/**
 * `$2` is now, `$3` the end of the local day, `$4` who stands in for whom. What is new is so since the digest before; at
 * the first, nothing is. What is the reader's own and somebody else's as well is the reader's own.
 */
const content = `
  with mine as materialized (
    select m.id, m.district_id, s.id::text as staff, s.role, s.organisation_id, c.absent,
      (select max(d.made_at) from digest_day d
        where d.district_id = m.district_id and d.local_day < split_part(m.key, '/', 3)::date) as since
    from message m
    join lateral (select m.recipient_id as staff, null::uuid as absent
      union all select w.absent, w.absent from json_to_recordset($4::json) as w("standIn" uuid, absent uuid)
        where w."standIn" = m.recipient_id) as c on true
    join staff s on s.id = c.staff
    where m.id = any($1::uuid[]) and m.kind = 'digest'),
  due as materialized (
    select o.journey_id, o.step, o.due_at, o.opened_at, o.owner_staff_id, o.owner_role, o.owner_organisation_id
    from open_step o join journey j on j.id = o.journey_id
    where o.district_id in (select district_id from mine) and o.status = 'open' and j.paused_until is null
      and (o.due_at < $3::timestamptz or o.opened_at > (select min(since) from mine))),
  owned as (
    select s.id as message, s.since, s.absent, due.* from mine s join due on due.owner_staff_id = s.staff
    union all
    select s.id, s.since, s.absent, due.* from mine s, ${placesOfStaff} as at, due
    where due.owner_staff_id is null and due.owner_role = s.role and due.owner_organisation_id = at.place),
  told as (
    select mn.message_id as message, n.journey_id, n.step, o.due_at, 0 as section, null::uuid as absent,
      ${addressed}::text as "to"
    from message_notice mn join notice n on n.key = mn.notice_key join journey j on j.id = n.journey_id
    left join open_step o on o.journey_id = n.journey_id and o.step = n.step
    where mn.message_id in (select id from mine)
    union all
    select message, journey_id, step, due_at, case when due_at < $2::timestamptz then 1
      when due_at < $3::timestamptz then 2 else 3 end, absent, null
    from owned where due_at < $3::timestamptz or opened_at > since),
  once as (
    select distinct on (message, journey_id, step) * from told
      order by message, journey_id, step, section, absent is not null, absent, "to"),
  numbered as (
    select once.*, count(*) over (partition by message, section) as total,
      row_number() over (partition by message, section order by due_at, journey_id, step) as place
    from once)
  select c.message, c.section, c.total, c.journey_id as journey, c.step, c.due_at as "dueAt", j.pathway, j.version, r.name,
    c.absent, c."to"::json as "to", m.recipient_id as reader
  from numbered c join message m on m.id = c.message join journey j on j.id = c.journey_id
  join resident r on r.id = j.resident_id
  where c.place <= ${listed} order by c.message, c.section, c.place`;

interface Row {
  readonly message: string;
  readonly section: number;
  readonly total: number;
  readonly journey: JourneyId;
  readonly step: StepRef;
  readonly dueAt: number | null;
  readonly pathway: string;
  readonly version: number;
  readonly name: string;
  readonly reader: string;
  /** Whose step it is, when it is not the reader's own. */
  readonly absent: string | null;
  /** Whom it was escalated to. */
  readonly to: Addressed | null;
}

/**
 * What digests say, as it stands now.
 * @param client the transaction in which the messages were claimed
 * @returns by message; one with nothing to say has four empty sections, and an id that is no digest is left out
 */
export async function digestContent(
  deps: Pick<StoreDeps, 'definitions' | 'calendar' | 'clock'>,
  client: Parameters<StoreDeps['clock']['now']>[0],
  messages: readonly string[],
): Promise<ReadonlyMap<string, DigestContent>> {
  const now = await deps.clock.now(client);
  const { clock } = compileCalendar(await deps.calendar(client));
  const today = clock.dayOf(now);
  const cover = await staffCoverOn(client, civilText(today));
  const standIns = [...cover.away.keys()].flatMap((absent) =>
    (cover.standInsOf(absent)?.staff ?? []).map((standIn) => ({ standIn, absent })),
  );
  const found = await rows<Row>(client, 'digest-content', content, [
    messages,
    instant(now),
    instant(clock.instantOf(today + 1, 0)),
    JSON.stringify(standIns),
  ]);
  const digests = await rows<{ id: string }>(
    client,
    'digest-ids',
    `select id from message where id = any($1::uuid[]) and kind = 'digest'`,
    [messages],
  );
  const made = new Map(digests.map(({ id }) => [id, emptyDigest()]));
  for (const row of found) {
    const section = made.get(row.message)?.[sections[row.section] ?? 'new'];
    if (!section) continue;
    section.total = row.total;
    section.items.push(await itemOf(deps, client, row, cover));
  }
  return made;
}

type Filling = Record<(typeof sections)[number], { total: number; items: DigestItem[] }>;

const emptyDigest = (): Filling => ({
  escalated: { total: 0, items: [] },
  overdue: { total: 0, items: [] },
  dueToday: { total: 0, items: [] },
  new: { total: 0, items: [] },
});

async function itemOf(
  { definitions }: Pick<StoreDeps, 'definitions'>,
  client: Parameters<StoreDeps['clock']['now']>[0],
  { journey, step, dueAt, pathway, version, name, reader, absent, to }: Row,
  cover: StaffCover,
): Promise<DigestItem> {
  const id = stepIdOf(step);
  const definition = await definitions.get(pathway, version, client);
  const title = definition.steps[id]?.source.title ?? { zh: id, en: id };
  const away = to ? stoodInFor(cover, reader, to) : absent === null ? undefined : namedAway(cover, absent);
  return { journey, step, title, surname: surnameOf(name), dueAt, standsInFor: away ?? null };
}
