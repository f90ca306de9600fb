import { isAnnounced, withYear } from '../domain/calendar/edit-calendar.ts';
import { officialCalendar, type WorkingCalendar } from '../domain/calendar/working-calendar.ts';
import { calendarByVersion, setCalendar } from './calendar.ts';
import type { StoreDeps } from './deps.ts';
import { editCalendar } from './edit-calendar.ts';
import { rows } from './sql.ts';
import { inTransaction } from './transaction.ts';

/** The calendars that ship are named so; somebody who sets another for the whole installation means it. */
const shippedName = /^official-/u;

/** @returns the years that the release knows and the calendar does not */
const missing = (inForce: WorkingCalendar, shipped: WorkingCalendar): number[] =>
  Object.keys(shipped.years)
    .map(Number)
    .filter((year) => isAnnounced(shipped, year) && !isAnnounced(inForce, year));

/**
 * Puts the official years of this release in force wherever they are not known yet, and keeps on record what it ships:
 * a later release knows by which days an earlier one decided. A year that a district has entered stays as it is; a
 * release that knows fewer years than another, which runs beside it, changes nothing.
 * @returns the versions that came into force
 */
export async function adoptShippedYears(
  deps: Pick<StoreDeps, 'pool' | 'release'>,
  shipped: WorkingCalendar = officialCalendar(),
): Promise<string[]> {
  const by = `release ${deps.release}`;
  const adopted = (await adoptForAll(deps, shipped, by)) ? [shipped.version] : [];
  const districts = await rows<{ id: string; version: string }>(
    deps.pool,
    '',
    `select d.id, c.version from organisation d, lateral (
       select version from calendar where district_id = d.id order by created_at desc limit 1) as c
     where d.level = 'district' order by d.code`,
  );
  for (const district of districts) {
    if (missing(await calendarByVersion(deps.pool, district.version), shipped).length === 0) continue;
    const { version } = await editCalendar(deps, district.id, by, (inForce, next) =>
      missing(inForce, shipped).reduce(
        (edited, year) => withYear(edited, next, year, shipped.years[year] ?? { holidays: [], workdays: [] }),
        inForce,
      ),
    );
    // Another process may have done it meanwhile.
    if (version !== district.version) adopted.push(version);
  }
  return adopted;
}

async function adoptForAll(
  deps: Pick<StoreDeps, 'pool'>,
  shipped: WorkingCalendar,
  by: string,
): Promise<boolean> {
  return inTransaction(deps.pool, async (client) => {
    await rows(client, '', `select pg_advisory_xact_lock(hashtext('calendar/'))`);
    const [newest] = await rows<{ version: string }>(
      client,
      '',
      'select version from calendar where district_id is null order by created_at desc limit 1',
    );
    if (newest) {
      if (!shippedName.test(newest.version)) return false;
      if (missing(await calendarByVersion(client, newest.version), shipped).length === 0) return false;
    }
    await setCalendar(client, shipped, by);
    // An installation that begins has nothing to compute anew.
    await rows(
      client,
      '',
      `insert into calendar_recomputed (version) select $1 where not exists (select 1 from journey)`,
      [shipped.version],
    );
    return true;
  });
}
