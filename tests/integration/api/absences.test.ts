import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { apiFixture, type Answered, type ApiFixture, type User } from '../../support/api-fixture.ts';

let api: ApiFixture;
const id = (code: string): string => api.staff.get(code)!;
beforeAll(async () => {
  api = await apiFixture();
});
afterAll(() => api.close());
beforeEach(() =>
  api.store.pool.query(
    `update staff_absence set cancelled = true, planned_until_day = until_day, ended_by = 'test', ended_at = now()`,
  ),
);

// The clock of the fixture stands at 5 January 2026, 10:00 in the district.
const record = (as: User, staff: string, body: object, language?: string): Promise<Answered> =>
  api.post(`/api/v1/staff/${id(staff)}/absences`, body, { as, ...(language !== undefined && { language }) });
const week = { from: '2026-01-05', until: '2026-01-09' };
interface Item {
  readonly id: string;
  readonly staff: { readonly code: string };
  readonly reason: string | null;
  readonly status: string;
}
const listed = async (as: User, query = ''): Promise<readonly Item[]> =>
  (await api.get(`/api/v1/staff/absences${query}`, { as })).body['items'] as Item[];

describe('who records an absence', () => {
  it.each<[User, string, number]>([
    ['centre0', 'centre0', 201],
    ['manager0', 'centre0', 201],
    ['district', 'centre0', 201],
    ['administrator', 'centre0', 201],
    ['hospital', 'radiologist', 201],
    // A colleague of the same place may not; of another place, there is no such person.
    ['centre0', 'manager0', 403],
    ['radiologist', 'hospital', 403],
    ['manager0', 'centre1', 404],
    ['hospital', 'centre0', 404],
  ])('%s for %s: %i', async (as, staff, status) => {
    const answer = await record(as, staff, week);
    expect(answer.status).toBe(status);
    if (status === 403) expect(answer.body['code']).toBe('NotYours');
  });

  it('is answered with who stands in, and warned of what is not as it should be', async () => {
    const answer = await record('district', 'centre0', { ...week, deputy: 'centre1', reason: 'sick' }, 'en');
    expect(answer.body).toMatchObject({
      absence: {
        staff: { code: 'centre0' },
        ...week,
        deputy: { code: 'centre1' },
        reason: 'sick',
        status: 'away',
      },
      standIns: { by: 'deputy', staff: [{ id: id('centre1'), name: '家医一' }] },
      warnings: [{ code: 'DeputyDoesNotSee', message: expect.stringContaining('another organisation') }],
    });
  });

  it('may send the same again', async () => {
    const first = await record('centre0', 'centre0', week);
    const again = await record('centre0', 'centre0', week);
    expect([first.status, again.status]).toEqual([201, 200]);
    expect((again.body['absence'] as Item).id).toBe((first.body['absence'] as Item).id);
    expect(await listed('centre0')).toHaveLength(1);
  });

  it('is one, of two who record overlapping absences at the same moment', async () => {
    const answers = await Promise.all(
      ['2026-01-07', '2026-01-08', '2026-01-09'].map((until) =>
        record('centre0', 'centre0', { from: '2026-01-06', until }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409]);
  });
});

describe('an absence that cannot be right', () => {
  it.each<[object, number, string, RegExp]>([
    [{ from: '2026-01-09', until: '2026-01-08' }, 422, 'AbsenceEndsBeforeItBegins', /same day twice/u],
    [{ from: '2026-01-01', until: '2026-01-04' }, 422, 'AbsenceOver', /today is 2026-01-05/u],
    [{ from: '2026-01-05', until: '2027-01-06' }, 422, 'AbsenceTooLong', /366/u],
    [{ ...week, deputy: 'nobody' }, 422, 'FieldInvalid', /is not on the staff list/u],
    [{ ...week, deputy: 'centre0' }, 422, 'DeputyIsSelf', /somebody else/u],
    [{ ...week, from: '2026-02-30' }, 400, 'Invalid', /from/u],
    [{ ...week, reason: 'tired' }, 400, 'Invalid', /leave/u],
    [{ from: '2026-01-05' }, 400, 'Invalid', /until/u],
  ])('%j', async (body, status, code, says) => {
    const answer = await record('centre0', 'centre0', body, 'en');
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ code });
    expect(JSON.stringify(answer.body)).toMatch(says);
    expect(await listed('centre0')).toEqual([]);
  });

  it('shares days with another, or leads in a circle, or into another district', async () => {
    await record('centre0', 'centre0', week);
    const shared = await record('centre0', 'centre0', { from: '2026-01-09', until: '2026-01-12' }, 'en');
    expect(shared).toMatchObject({ status: 409, body: { code: 'AbsenceOverlaps' } });
    expect(shared.body['detail']).toContain('from 2026-01-10 on');
    const other = await record('district', 'centre1', { ...week, deputy: 'centre0' });
    expect(other.status).toBe(201);
    await api.delete(`/api/v1/staff/absences/${(await listed('centre0'))[0]!.id}`, { as: 'centre0' });
    const circle = await record('centre0', 'centre0', { ...week, deputy: 'centre1' });
    expect(circle).toMatchObject({ status: 422, body: { code: 'DeputyInCircle', field: 'deputy' } });
    await api.store.pool.query(
      `with d as (insert into organisation (code, level) values ('E', 'district') on conflict (code) do update set level = 'district' returning id)
       insert into staff (code, name, role, organisation_id) select 'stranger', '外区', 'district-coordinator', id from d`,
    );
    const far = await record('centre0', 'centre0', { ...week, deputy: 'stranger' });
    expect(far).toMatchObject({ status: 422, body: { code: 'DeputyElsewhere' } });
  });
});

describe('absences', () => {
  it('are listed for one’s organisation and below; why is for whoever may record it', async () => {
    await record('centre0', 'centre0', { ...week, reason: 'sick' });
    await record('hospital', 'radiologist', week);
    await record('district', 'centre1', { from: '2026-02-02', until: '2026-02-03' });
    const codes = async (as: User, query?: string): Promise<string[]> =>
      (await listed(as, query)).map(({ staff }) => staff.code);
    expect(await codes('district')).toEqual(['centre0', 'radiologist', 'centre1']);
    expect(await codes('hospital')).toEqual(['radiologist']);
    expect(await codes('district', `?organisation=${api.organisations.get('C1')}`)).toEqual(['centre1']);
    expect(await codes('district', `?staff=${id('centre0')}`)).toEqual(['centre0']);
    expect((await listed('manager0'))[0]?.reason).toBe('sick');
    expect((await listed('centre0'))[0]?.reason).toBe('sick');
    expect((await listed('radiologist'))[0]?.reason).toBe('leave');
    const away = await record('district', 'manager0', week);
    expect(away.status).toBe(201);
    expect((await listed('centre0')).map(({ staff, reason }) => [staff.code, reason])).toEqual([
      ['centre0', 'sick'],
      ['manager0', null],
    ]);
    const elsewhere = await api.get(`/api/v1/staff/absences?organisation=${api.organisations.get('C1')}`, {
      as: 'manager0',
    });
    expect(elsewhere.status).toBe(404);
  });

  it('end on the day that somebody is back, and stay on record', async () => {
    await record('centre0', 'centre0', { from: '2026-01-02', until: '2026-01-09' });
    const [absence] = await listed('centre0');
    const path = `/api/v1/staff/absences/${absence!.id}`;
    expect((await api.delete(path, { as: 'radiologist' })).status).toBe(404);
    const ended = await api.delete(path, { as: 'manager0' });
    expect(ended).toMatchObject({
      status: 200,
      body: {
        until: '2026-01-04',
        status: 'over',
        ended: { plannedUntil: '2026-01-09', by: id('manager0') },
      },
    });
    expect((await api.delete(path, { as: 'manager0' })).body).toEqual(ended.body);
    expect(await listed('centre0')).toEqual([]);
    expect((await listed('centre0', '?past=true')).map((one) => one.id)).toContain(absence!.id);
  });
});

describe('an owner who is away', () => {
  it('is shown with the deputy in the journey, the worklist and what does not move', async () => {
    const journey = await api.journey();
    const path = `/api/v1/journeys/${journey}`;
    const assign = { kind: 'assign', step: 'questions#1', staff: 'centre0' };
    expect((await api.post(`${path}/commands`, assign)).status).toBe(200);
    const owners = async (): Promise<unknown[]> => {
      const shown = (await api.get(path)).body['openSteps'] as { owner: { absent: unknown } }[];
      const work = (await api.get('/api/v1/worklist')).body['items'] as { owner: { absent: unknown } }[];
      await api.store.pool.query(`update journey set overdue_since = '2026-01-01' where id = $1`, [journey]);
      const late = (await api.get('/api/v1/stuck')).body['items'] as { whoseMove: { absent: unknown } }[];
      return [shown[0]?.owner.absent, work[0]?.owner.absent, late[0]?.whoseMove.absent];
    };
    expect(await owners()).toEqual([null, null, null]);
    await record('district', 'centre0', { ...week, deputy: 'manager0' });
    const absent = { until: '2026-01-09', standIns: [{ id: id('manager0'), name: '主任零' }] };
    expect(await owners()).toEqual([absent, absent, absent]);
  });

  it('or somebody else acknowledges: who has it, until when and why is shown', async () => {
    const journey = await api.journey();
    const path = `/api/v1/journeys/${journey}`;
    const acknowledge = (until: string, reason?: string): Promise<Answered> =>
      api.post(
        `${path}/commands`,
        { kind: 'acknowledge', step: 'questions#1', until, ...(reason !== undefined && { reason }) },
        { as: 'centre0', language: 'en' },
      );
    expect((await acknowledge('2026-01-20T00:00:00Z')).body).toMatchObject({
      code: 'TooLong',
      field: 'until',
    });
    expect((await acknowledge('2026-01-07T00:00:00Z')).status).toBe(200);
    expect((await acknowledge('2026-01-08T00:00:00Z')).body).toMatchObject({ code: 'ReasonRequired' });
    expect((await acknowledge('2026-01-08T00:00:00Z', '居民外出')).status).toBe(200);
    const [step] = (await api.get(path)).body['openSteps'] as object[];
    expect(step).toMatchObject({
      acknowledgement: {
        ...{ until: '2026-01-08T00:00:00.000Z', by: id('centre0'), byName: '家医零', reason: '居民外出' },
      },
    });
  });
});
