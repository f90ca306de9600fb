import { randomUUID } from 'node:crypto';
import { type CivilDay, civilText } from '../../domain/calendar/civil-day.ts';
import type { StaffCover } from '../absences/staff-cover.ts';
import { levelsOfRoles, rankedStaff, type Ranked } from '../stand-ins.ts';
import { instant, instantOrNull, rows } from '../sql.ts';
import { placesOfStaff } from './digest-content.ts';
import { digestDay } from './digest-time.ts';
import type { PlanContext } from './plan-context.ts';
import { joinStaffMessages } from './join-staff.ts';
import { tellAtOnce, triedStaff } from './plan-staff.ts';
import { nothingPlanned, writePlanned, type PlannedRows } from './planned-rows.ts';
import { firstReachable, reachOf, type Reachable } from './reachable.ts';
import { unreadReplies } from './unread-for.ts';
import { withCover } from './with-cover.ts';

const undigested = `
  select o.id, (select max(d.made_at) from digest_day d where d.district_id = o.id) as "lastAt",
    (select max(d.local_day) from digest_day d where d.district_id = o.id) as "lastDay"
  from organisation o where o.level = 'district'`;

interface District {
  readonly id: string;
  readonly lastAt: number | null;
  readonly lastDay: string | null;
}

const takeDay = `
  insert into digest_day (district_id, local_day, made_at) values ($1, $2::date, $3::timestamptz)
  on conflict (district_id, local_day) do nothing returning local_day`;

/** What waits for a digest, grouped by whom it is for: there are few such groups, and many notices. */
const escalations = `
  with waiting as (
    select n.key, n.recipient_role, n.recipient_id, j.centre_id, j.hospital_id, j.district_id, ${triedStaff} as tried
    from notice n join journey j on j.id = n.journey_id
    where j.district_id = $1::uuid and n.recipient_kind = 'staff' and not n.urgent and n.rank = 0
      and n.status in ('queued', 'held') and n.planned_at is null and n.due_at <= $3::timestamptz
      and (n.expires_at is null or n.expires_at > $3::timestamptz)
    order by n.key for update of n skip locked),
  grouped as (
    select recipient_role, recipient_id, centre_id, hospital_id, district_id, tried, array_agg(key) as keys
    from waiting group by 1, 2, 3, 4, 5, 6)
  select g.keys, g.tried, ${rankedStaff} as people
  from grouped g, lateral (select g.recipient_role, g.recipient_id) as n,
    lateral (select g.centre_id, g.hospital_id, g.district_id) as j`;

/**
 * The staff with something due by the end of the day, new since `$3`, or about which a resident wrote what nobody has
 * read: who is active, or away (`$4`).
 */
const owners = `
  with due as (
    select distinct o.owner_staff_id, o.owner_role, o.owner_organisation_id
    from open_step o join journey j on j.id = o.journey_id
    where o.district_id = $1::uuid and o.status = 'open' and j.paused_until is null
      and (o.due_at < $2::timestamptz or o.opened_at > $3::timestamptz
        or o.journey_id in (select u.journey_id from (${unreadReplies}) as u))),
  owning as (
    select s.id from due join staff s on due.owner_staff_id = s.id::text
    where (s.active or s.id = any($4::uuid[]))
    union
    select s.id from staff s, ${placesOfStaff} as at, due
    where (s.active or s.id = any($4::uuid[])) and due.owner_staff_id is null and due.owner_role = s.role
      and due.owner_organisation_id = at.place)
  select json_build_object('kind', 'staff', 'id', s.id, 'name', s.name, 'email', s.email, 'phone', s.phone,
    'locale', 'zh', 'rank', 0) as person
  from owning join staff s using (id)`;

/** Makes the digests of the morning for each district whose hour has come: once a day, however often it is asked. */
export async function makeDigests(context: PlanContext): Promise<void> {
  const { client, now } = context;
  for (const district of await rows<District>(client, 'digest-districts', undigested)) {
    const calendar = await context.calendarOf(district.id);
    const day = digestDay(calendar, await context.rulesOf(district.id), now);
    if (day === undefined || (district.lastDay !== null && district.lastDay >= civilText(day))) continue;
    const taken = await rows(client, 'digest-take-day', takeDay, [district.id, civilText(day), instant(now)]);
    if (taken.length === 0) continue;
    const planned = await digestsOf(context, district, day);
    await writePlanned(client, await joinStaffMessages(client, planned), now);
  }
}

async function digestsOf(
  context: PlanContext,
  { id: district, lastAt }: District,
  day: CivilDay,
): Promise<PlannedRows> {
  const { client, calendar, now, channels } = context;
  const cover = await context.cover();
  const planned = nothingPlanned();
  const digests = new Map<string, { readonly to: Reachable; readonly keys: string[] }>();
  const digestTo = (to: Reachable): string[] => {
    const known = digests.get(to.person.id) ?? { to, keys: [] };
    digests.set(to.person.id, known);
    return known.keys;
  };
  const waiting = await rows<{ keys: string[]; tried: string[]; people: Ranked[] }>(
    client,
    'digest-escalations',
    escalations,
    [district, levelsOfRoles, instant(now)],
  );
  for (const { keys, tried, people: addressed } of waiting) {
    const people = withCover(addressed, cover);
    const found = firstReachable(people, { from: 0, channels, tried });
    for (const key of keys)
      if (found?.rank === 0) planned.changes.push({ key, to: 'planned' });
      else tellAtOnce({ channels }, { key, rank: 0, urgent: false, district, people, tried }, planned);
    if (found?.rank === 0) for (const to of found.to) digestTo(to).push(...keys);
  }
  const steps = await rows<{ person: Ranked }>(client, 'digest-owners', owners, [
    district,
    instant(calendar.clock.instantOf(day + 1, 0)),
    instantOrNull(lastAt),
    [...cover.away.keys()],
  ]);
  for (const { person } of steps)
    for (const one of hereFor(person, cover)) for (const to of reachOf(one, channels)) digestTo(to);
  for (const { to, keys } of digests.values())
    planned.messages.push({
      id: randomUUID(),
      key: `digest/${to.person.id}/${civilText(day)}`,
      channel: to.channel,
      recipientKind: 'staff',
      recipient: to.person.id,
      district,
      address: to.address,
      locale: to.person.locale,
      kind: 'digest',
      urgent: false,
      expiresAt: null,
      notices: keys,
    });
  return planned;
}

/** Whoever has a step does not lose it by going away: those who stand in have it in their digest. */
function hereFor(person: Ranked, cover: StaffCover): readonly Ranked[] {
  if (!cover.away.has(person.id)) return [person];
  const standIns = cover.standInsOf(person.id)?.staff ?? [];
  return standIns.flatMap((id) => {
    const found = cover.person(id);
    return found ? [{ ...person, id, name: found.name, email: found.email, phone: found.phone }] : [];
  });
}
