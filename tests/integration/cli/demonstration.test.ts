import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demonstrationHistories } from '../../../cli/demonstration/histories.ts';
import { demonstrationResidents } from '../../../cli/demonstration/people.ts';
import { civilText } from '../../../domain/calendar/civil-day.ts';
import { officialCalendar } from '../../../domain/calendar/working-calendar.ts';
import { zoneClock } from '../../../domain/calendar/zone-clock.ts';
import { compileDefinition } from '../../../domain/definition/compile.ts';
import { staffRoles } from '../../../domain/model/role.ts';
import { endings } from '../../../domain/model/state.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { runYilu, startYilu } from '../../support/run-yilu.ts';
import { readDefinitionFile } from '../../support/shipped.ts';

/** Taken once, so that a midnight in between changes nothing. */
const date = civilText(zoneClock('Asia/Shanghai').dayOf(Date.now()));
let database: TestDatabase;
let db: pg.Client;

const column = async (sql: string): Promise<unknown[]> =>
  (await db.query<{ value: unknown }>(sql)).rows.map(({ value }) => value);

beforeAll(async () => {
  database = await createTestDatabase();
  db = new pg.Client({ connectionString: database.url });
  await db.connect();
  // Killed half-way, and finished by a second run, which goes on with the first one's day.
  const first = startYilu(database.url, 'demo', 'load', '--date', date);
  while (
    first.child.exitCode === null &&
    Number((await column('select count(*) as value from journey'))[0]) < 50
  )
    await sleep(20);
  first.child.kill('SIGKILL');
  await first.result;
  expect(Number((await column('select count(*) as value from journey'))[0])).toBeLessThan(500);
  expect(await runYilu(database.url, 'demo', 'load', '--date', '2026-01-20')).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await db.end();
  await database.drop();
});

describe('the demonstration district', () => {
  it('has a journey in every stage and with every ending, and staff of every role', async () => {
    const stages = Object.keys(readDefinitionFile('lung.yaml').stages);
    expect(await column('select distinct stage as value from journey where ended_at is null')).toEqual(
      expect.arrayContaining(stages),
    );
    const shown = endings.filter((kind) => kind !== 'merged' && kind !== 'entered-in-error');
    expect(await column('select distinct ending as value from journey where ending is not null')).toEqual(
      expect.arrayContaining(shown),
    );
    expect(await column('select distinct role as value from staff')).toEqual(
      expect.arrayContaining([...staffRoles, 'administrator']),
    );
    expect(await column(`select count(*)::int as value from organisation where level = 'centre'`)).toEqual([
      13,
    ]);
    expect(await column('select count(*)::int as value from resident')).toEqual([2_000]);
    expect(
      await column(`select count(*)::int as value from resident where identity_number !~ '^99'`),
    ).toEqual([0]);
    const overdue = `from journey where ended_at is null and overdue_since < now()`;
    expect(await column(`select count(*) > 50 as value ${overdue}`)).toEqual([true]);
    expect(await column(`select count(*) > 20 as value ${overdue} - interval '20 days'`)).toEqual([true]);
    expect(
      await column(`select count(*)::int as value ${overdue} - interval '190 days'`),
      'nothing is as late as only a fault of the program could be',
    ).toEqual([0]);
    expect(
      await column(
        `select count(*)::int as value from journey where enrolled_at < now() - interval '3 years 3 days'`,
      ),
    ).toEqual([0]);
    expect(await runYilu(database.url, 'check')).toMatchObject({ code: 0 });
  });

  it('is what is made for that day, whoever makes it, and all of it once', async () => {
    const { rows } = await db.query<{ number: string; kind: string; outcome: string | null; at: Date }>(
      `select r.identity_number as number, e.kind, e.event->>'outcome' as outcome, e.at
       from journey_event e join journey j on j.id = e.journey_id join resident r on r.id = j.resident_id
       where e.kind <> 'DeadlineReached' order by r.identity_number, e.seq`,
    );
    const kinds: Readonly<Record<string, string>> = {
      enrolled: 'Enrolled',
      outcome: 'OutcomeRecorded',
      ended: 'Ended',
    };
    const made = [
      ...demonstrationHistories(
        compileDefinition(readDefinitionFile('lung.yaml'), 1),
        officialCalendar(),
        demonstrationResidents(date),
        date,
      ),
    ];
    const byNumber = made.toSorted(([a], [b]) =>
      (a?.line.identityNumber ?? '') < (b?.line.identityNumber ?? '') ? -1 : 1,
    );
    expect(rows.map(({ number, kind, outcome, at }) => [number, kind, outcome, at.toISOString()])).toEqual(
      byNumber
        .flat()
        .map(({ line }) => [
          line.identityNumber,
          kinds[line.kind],
          line.kind === 'outcome' ? line.outcome : null,
          line.at,
        ]),
    );
  });

  it('has pools of slots that can be booked', async () => {
    const { rows } = await db.query<{ code: string; free: boolean }>(
      `select p.code, bool_or(s.taken < s.capacity and s.bookable_until > now()) as free
       from slot_pool p join slot s on s.pool_id = p.id group by p.code order by p.code`,
    );
    expect(rows).toEqual([
      { code: 'DEMO-H1-CECT', free: true },
      { code: 'DEMO-H1-CLINIC', free: true },
      { code: 'DEMO-H1-LDCT', free: true },
    ]);
  });

  it('is loaded once', async () => {
    expect(await runYilu(database.url, 'demo', 'load')).toMatchObject({
      code: 0,
      out: expect.stringContaining('已经载入'),
    });
  });
});
