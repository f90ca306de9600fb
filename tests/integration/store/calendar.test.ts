import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withDay, withYear } from '../../../domain/calendar/edit-calendar.ts';
import { officialCalendar, type WorkingCalendar } from '../../../domain/calendar/working-calendar.ts';
import { stepRef, type JourneyId } from '../../../domain/model/ids.ts';
import { advance } from '../../../store/advance.ts';
import { calendarByVersion, calendarReader, currentCalendar, setCalendar } from '../../../store/calendar.ts';
import { adoptShippedYears } from '../../../store/adopt-shipped-years.ts';
import { calendarsToRecompute, markRecomputed } from '../../../store/calendars-to-recompute.ts';
import { editCalendar } from '../../../store/edit-calendar.ts';
import { upsertOrganisations } from '../../../store/organisations.ts';
import { recomputeDeadlines, type RecomputeOptions } from '../../../store/recompute-deadlines.ts';
import { rows } from '../../../store/sql.ts';
import { verifyReplay } from '../../../store/verify-replay.ts';
import { worklist } from '../../../store/worklist.ts';
import { createCalendarWatch } from '../../../worker/calendar-watch.ts';
import { localText } from '../../support/journey-story.ts';
import { fixtureStart, storeFixture, type StoreFixture } from '../../support/store-fixture.ts';

let f: StoreFixture;
let district: { id: string };
beforeAll(async () => {
  f = await storeFixture();
  district = { id: f.organisations.get('D') ?? '' };
});
afterAll(() => f.close());

/** An invented 2027: three days off after New Year's week, and a Saturday worked in exchange. */
const invented2027 = {
  source: 'invented',
  holidays: ['2027-01-01', '2027-01-13', '2027-01-14', '2027-01-15'],
  workdays: ['2027-01-09'],
};
const announce = (): Promise<WorkingCalendar> =>
  editCalendar(f.store, district.id, 'test', (inForce, version) =>
    withYear(inForce, version, 2027, invented2027),
  );
const recompute = (calendar: WorkingCalendar, more: Partial<RecomputeOptions> = {}) =>
  recomputeDeadlines(f.store, { calendar, district: district.id, ...more });

interface Row {
  readonly due: string;
  readonly provisional: boolean;
  readonly seq: number;
  readonly owed: boolean;
  readonly next: number;
}
/** The questionnaire of a journey as the tables have it. */
async function standing(journey: JourneyId): Promise<Row> {
  const [row] = await rows<{ due: number; provisional: boolean; seq: number; owed: boolean; next: number }>(
    f.store.pool,
    '',
    `select o.due_at as due, o.provisional, j.seq, j.poke_seq > j.poked_seq as owed, j.next_deadline_at as next
     from journey j join open_step o on o.journey_id = j.id and o.step = 'questions#1' where j.id = $1`,
    [journey],
  );
  if (!row) throw new Error('no such step');
  return { ...row, due: localText(row.due).slice(0, 10) };
}
/** Its clock is set for its next deadline. */
const arm = (): Promise<object[]> =>
  rows(
    f.store.pool,
    '',
    'update journey set armed_until = next_deadline_at, poked_seq = poke_seq where ended_at is null',
  );
const on = (day: string): number => Date.parse(`${day}T10:00:00+08:00`);
/** A journey that begins on that day: its questionnaire is due 14 days later, or on the next working day. */
async function begunOn(day: string): Promise<JourneyId> {
  f.clock.at = on(day);
  return f.journey();
}

describe('a year that is announced', () => {
  it('makes provisional deadlines definite, on the right days, and wakes the clocks that were set too late', async () => {
    const within = await begunOn('2026-11-02');
    const [same, later, earlier] = [
      await begunOn('2026-12-22'),
      await begunOn('2026-12-30'),
      await begunOn('2026-12-26'),
    ];
    f.clock.at = on('2026-12-31');
    expect(await standing(within)).toMatchObject({ due: '2026-11-16', provisional: false });
    expect(await standing(same)).toMatchObject({ due: '2027-01-05', provisional: true });
    expect(await standing(later)).toMatchObject({ due: '2027-01-13', provisional: true });
    // Nobody knows yet that the Saturday will be worked.
    expect(await standing(earlier)).toMatchObject({ due: '2027-01-11', provisional: true });
    await arm();

    const proposed = withYear(officialCalendar(), 'proposed', 2027, invented2027);
    const expected = { earlier: 1, later: 1, definite: 3, dueNow: 0 };
    expect((await recompute(proposed, { dryRun: true })).moves).toMatchObject(expected);
    expect(await standing(later)).toMatchObject({ due: '2027-01-13', provisional: true, seq: 1 });

    const calendar = await announce();
    expect(calendar.version).toBe('D/1');
    const done = await recompute(calendar);
    expect(done).toMatchObject({ journeys: 4, changed: 3, moves: expected, failed: [], overtaken: false });
    expect(await standing(within)).toMatchObject({ seq: 1, owed: false });
    expect(await standing(same)).toMatchObject({
      due: '2027-01-05',
      provisional: false,
      seq: 2,
      owed: false,
    });
    expect(await standing(later)).toMatchObject({ due: '2027-01-18', provisional: false, owed: false });
    const moved = await standing(earlier);
    expect(moved).toMatchObject({ due: '2027-01-09', provisional: false, owed: true });
    expect(localText(moved.next).slice(0, 10)).toBe('2027-01-08'); // the reminder of the day before

    const { items } = await worklist(f.store, f.callers.district, {});
    expect(items.map(({ provisional }) => provisional)).toEqual([false, false, false, false]);
    expect(await verifyReplay(f.store, earlier)).toEqual({ patchesAgree: true, decidedOtherwise: [] });
  });

  it('and computed again changes nothing', async () => {
    const events = () => rows(f.store.pool, '', `select * from journey_event`);
    const before = await events();
    expect(await recompute(await currentCalendar(f.store.pool, district.id))).toMatchObject({ changed: 0 });
    expect(await events()).toEqual(before);
  });

  it('leaves another district as it was', async () => {
    expect((await currentCalendar(f.store.pool)).version).toBe(officialCalendar().version);
    expect((await currentCalendar(f.store.pool, district.id)).years[2027]).toMatchObject(invented2027);
  });
});

describe('a day that a district changes', () => {
  const set = async (date: string, as: 'off' | 'working'): Promise<WorkingCalendar> =>
    editCalendar(f.store, district.id, 'test', (inForce, version) =>
      withDay(inForce, version, { date, as, reason: 'typhoon', by: 'test' }),
    );

  it('moves what is due on it, and the one before stays on record', async () => {
    const journey = await begunOn('2026-03-02');
    expect(await standing(journey)).toMatchObject({ due: '2026-03-16' });
    const calendar = await set('2026-03-16', 'off');
    expect(calendar.version).toBe('D/2');
    await recompute(calendar);
    expect(await standing(journey)).toMatchObject({ due: '2026-03-17', provisional: false });
    expect((await calendarByVersion(f.store.pool, 'D/1')).years[2026]?.changes).toBeUndefined();
  });

  it('into the past is reached as any deadline is', async () => {
    const journey = await begunOn('2026-05-23');
    expect(await standing(journey)).toMatchObject({ due: '2026-06-08' }); // 14 days later is a Saturday
    f.clock.at = on('2026-06-07');
    await advance(f.store, journey, { kind: 'DeadlineReached', by: { kind: 'system' } });
    await arm();
    const done = await recompute(await set('2026-06-06', 'working'));
    expect(done.moves.dueNow).toBeGreaterThan(0);
    const now = await standing(journey);
    expect(now).toMatchObject({ due: '2026-06-06', owed: true });
    expect(now.next).toBeLessThan(f.clock.at);
    const answer = await advance(f.store, journey, { kind: 'DeadlineReached', by: { kind: 'system' } });
    expect(answer.status).toBe('committed');
    expect((await standing(journey)).next).toBeGreaterThan(f.clock.at);
  });

  it('goes on where it was interrupted, and no journey is computed twice', async () => {
    f.clock.at = on('2026-07-01');
    const journeys = [await f.journey(), await f.journey(), await f.journey()];
    const calendar = await set('2026-07-15', 'off');
    const stop = new AbortController();
    const cut = await recompute(calendar, {
      batch: 1,
      signal: stop.signal,
      onProgress: ({ changed }) => {
        if (changed > 0) stop.abort();
      },
    });
    expect(cut.changed).toBe(1);
    expect((await recompute(calendar, { batch: 2 })).failed).toEqual([]);
    for (const journey of journeys)
      expect(await standing(journey)).toMatchObject({ due: '2026-07-16', seq: 2 });
  });

  it('is done once by two that do it at the same moment', async () => {
    const journey = await begunOn('2026-07-20');
    const calendar = await set('2026-08-03', 'off');
    const waiting = `select count(*) as count from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`;
    const holder = await f.store.pool.connect();
    try {
      await holder.query('begin');
      await holder.query('select 1 from journey where id = $1 for update', [journey]);
      const both = [recompute(calendar), recompute(calendar)];
      while ((await rows<{ count: number }>(holder, '', waiting))[0]?.count !== 2) await sleep(10);
      await holder.query('commit');
      expect((await Promise.all(both)).map(({ failed }) => failed)).toEqual([[], []]);
    } finally {
      holder.release();
    }
    expect(await standing(journey)).toMatchObject({ due: '2026-08-04', seq: 2 });
  });

  it('stops when a newer calendar comes into force, whose own turn it is', async () => {
    const older = await currentCalendar(f.store.pool, district.id);
    await set('2026-08-12', 'off');
    expect(await recompute(older)).toMatchObject({ overtaken: true, journeys: 0 });
  });

  it('that cannot be put in force leaves all as it was', async () => {
    const before = (await currentCalendar(f.store.pool, district.id)).version;
    const refused = editCalendar(f.store, district.id, 'test', () => {
      throw new Error('not this one');
    });
    await expect(refused).rejects.toThrow('not this one');
    expect((await currentCalendar(f.store.pool, district.id)).version).toBe(before);
  });
});

async function emptyDistrict({ store }: StoreFixture, code: string): Promise<string> {
  const district = { code, level: 'district', parent: null, names: [code] } as const;
  return (await upsertOrganisations(store, [district])).get(code) ?? '';
}

describe('a running process', () => {
  it('uses the newest calendar as soon as what it knows is old', async () => {
    const read = calendarReader(f.store.pool, 0);
    const before = await read(f.store.pool, district.id);
    expect(await read(f.store.pool, district.id)).toBe(before);
    const { version } = await editCalendar(f.store, district.id, 'test', (inForce, next) =>
      withDay(inForce, next, { date: '2026-08-13', as: 'off', reason: 'typhoon', by: 'test' }),
    );
    expect((await read(f.store.pool, district.id)).version).toBe(version);
    expect((await read(f.store.pool)).version).toBe(officialCalendar().version);
  });

  it('computes what a killed command, or a process with the old calendar, left behind, and then rests', async () => {
    f.clock.at = fixtureStart;
    const journey = await begunOn('2026-09-01');
    const other = await emptyDistrict(f, 'E');
    const off = { date: '2026-09-15', as: 'off', reason: 'typhoon', by: 'test' } as const;
    await setCalendar(f.store.pool, withDay(officialCalendar(), 'all/1', off), 'test');
    const inForce = await editCalendar(f.store, district.id, 'test', (now, next) => withDay(now, next, off));
    const log = pino({ level: 'silent' });
    let looks = 0;
    const round = createCalendarWatch({
      begin: () => Promise.resolve([]),
      toRecompute: () => calendarsToRecompute(f.store, 0),
      recompute: (which) => {
        looks += 1;
        return recomputeDeadlines(f.store, which);
      },
      mark: (version) => markRecomputed(f.store, version),
      log,
      signal: new AbortController().signal,
    });
    expect((await calendarsToRecompute(f.store)).length).toBe(0); // too new: somebody may still know the old one
    const due = await calendarsToRecompute(f.store, 0);
    expect(new Map(due.map((one) => [one.district, one.calendar.version]))).toEqual(
      new Map([
        [district.id, inForce.version],
        [other, 'all/1'],
      ]),
    );
    await round();
    expect(await standing(journey)).toMatchObject({ due: '2026-09-16', provisional: false });
    expect(looks).toBe(2);
    await round();
    expect(looks).toBe(2);
  });

  it('tries again later what could not be computed, and says so', async () => {
    const calendar = await currentCalendar(f.store.pool, district.id);
    const marked: string[] = [];
    const errors: string[] = [];
    let now = 0;
    let looks = 0;
    const journey = 'j' as JourneyId;
    const round = createCalendarWatch({
      begin: () => Promise.resolve([]),
      toRecompute: () => Promise.resolve([{ district: district.id, calendar }]),
      recompute: async (which) => {
        looks += 1;
        return { ...(await recomputeDeadlines(f.store, { ...which, dryRun: true })), failed: [journey] };
      },
      mark: (version) => Promise.resolve(void marked.push(version)),
      log: { info: () => undefined, error: (_: unknown, text?: string) => void errors.push(text ?? '') },
      signal: new AbortController().signal,
      now: () => now,
    });
    await round();
    await round();
    expect([looks, marked, errors.length]).toEqual([1, [], 1]);
    now += 3_600_000;
    await round();
    expect(looks).toBe(2);
  });
});

describe('a release that ships a further year', () => {
  const shipped = officialCalendar();
  const holidays = ['2028-01-03'];
  const next: WorkingCalendar = {
    ...shipped,
    version: 'official-2028',
    years: {
      ...shipped.years,
      2027: { holidays: [], workdays: [] },
      2028: { holidays, workdays: [] },
    },
  };

  it('puts it in force where nobody has entered it, once, whichever release starts after it', async () => {
    const g = await storeFixture();
    try {
      const [id, other] = [g.organisations.get('D') ?? '', await emptyDistrict(g, 'E')];
      expect(await adoptShippedYears(g.store)).toEqual(['official-2026']);
      expect(await calendarsToRecompute(g.store, 0)).toEqual([]); // nobody is under way yet
      await g.journey();
      const entered = await editCalendar(g.store, id, 'test', (inForce, version) =>
        withYear(inForce, version, 2027, invented2027),
      );
      expect(await adoptShippedYears(g.store)).toEqual([]);
      expect(await adoptShippedYears(g.store, next)).toEqual(['official-2028', 'D/2']);
      expect(await adoptShippedYears(g.store, next)).toEqual([]);
      expect(await adoptShippedYears(g.store)).toEqual([]); // the release before, still running
      const inForce = await currentCalendar(g.store.pool, id);
      expect(inForce.years[2027]).toEqual(entered.years[2027]);
      expect(inForce.years[2028]).toMatchObject({ holidays });
      expect((await currentCalendar(g.store.pool, other)).version).toBe('official-2028');
      expect(await calendarsToRecompute(g.store, 0)).toHaveLength(2);
      expect((await calendarByVersion(g.store.pool, 'official-2026')).years).toEqual(shipped.years);
    } finally {
      await g.close();
    }
  });

  it('leaves alone what somebody has set for the whole installation', async () => {
    expect((await currentCalendar(f.store.pool)).version).toBe('all/1');
    const adopted = await adoptShippedYears(f.store, next);
    expect(adopted).not.toContain('official-2028');
    expect((await currentCalendar(f.store.pool)).version).toBe('all/1');
  });
});

describe('the steps of a journey', () => {
  it('are provisional only as long as nobody has given them a day', async () => {
    const journey = await begunOn('2027-12-28');
    const step = stepRef('questions', 1);
    expect((await standing(journey)).provisional).toBe(true);
    await advance(f.store, journey, {
      kind: 'Extended',
      id: 'extend-it' as never,
      by: { kind: 'staff', id: 'x', role: 'family-doctor' },
      step,
      until: f.clock.at + 20 * 86_400_000,
      reason: 'asked for more time',
    });
    expect((await standing(journey)).provisional).toBe(false);
  });
});
