import { afterAll, beforeAll, expect, it } from 'vitest';
import { apiFixture, type ApiFixture, type Asked } from '../../support/api-fixture.ts';

let api: ApiFixture;
let path: string;
beforeAll(async () => {
  api = await apiFixture();
  path = `/api/v1/districts/${api.organisations.get('D')}/calendar`;
});
afterAll(() => api.close());

const yaml: Asked = { as: 'administrator', headers: { 'content-type': 'application/yaml' } };
const administrator: Asked = { as: 'administrator' };
const version = async () => (await api.get(path, { as: 'centre0' })).body['version'];
const year = (workdays: string): string => `year: 2027
source: invented
holidays:
  - name: { zh: 元旦, en: New Year }
    days: 2027-01-01..2027-01-03
workdays: [${workdays}]
`;

it('shows the years that are known', async () => {
  const { body } = await api.get(path, { as: 'centre0' });
  expect(body).toMatchObject({ version: 'official-2026', zone: 'Asia/Shanghai' });
  expect(body['years']).toMatchObject([
    { year: 2025, announced: true },
    { year: 2026, announced: true, changes: [] },
  ]);
});

it('takes a year from an administrator, tells how another differs, and takes that when told to', async () => {
  expect((await api.put(`${path}/2027`, year(''), yaml)).body).toEqual({
    version: 'D/1',
    isNew: true,
    differs: [],
  });
  expect((await api.put(`${path}/2027`, year(''), yaml)).body).toMatchObject({
    version: 'D/1',
    isNew: false,
  });
  const refused = await api.put(`${path}/2027`, year('2027-01-09'), yaml);
  expect([refused.status, refused.body['code']]).toEqual([422, 'CalendarRefused']);
  expect(refused.body['errors']).toMatchObject([
    { field: '1:7', message: expect.stringContaining('2027-01-09') as string },
  ]);
  const taken = await api.put(`${path}/2027?replace=true`, year('2027-01-09'), yaml);
  expect(taken.body).toMatchObject({
    version: 'D/2',
    differs: [{ date: '2027-01-09', was: 'off', is: 'working' }],
  });
});

it('takes nothing with overlapping days, of another year, or from anybody else', async () => {
  const before = await version();
  const overlapping = await api.put(`${path}/2028`, year('2027-01-02'), yaml);
  expect(overlapping.body['errors']).toMatchObject([{ field: '6:12' }]);
  const another = await api.put(`${path}/2028`, year(''), yaml);
  expect(another.body['errors']).toMatchObject([
    { field: '1:7', message: expect.stringContaining('2028') as string },
  ]);
  expect((await api.put(`${path}/2027`, {}, administrator)).status).toBe(422);
  expect((await api.put(`${path}/2027`, year(''), { ...yaml, as: 'district' })).status).toBe(403);
  const elsewhere = `/api/v1/districts/${api.organisations.get('C0')}/calendar`;
  expect((await api.put(`${elsewhere}/2027`, year(''), yaml)).status).toBe(404);
  expect(await version()).toBe(before);
});

it('takes a day, once', async () => {
  const day = { as: 'off', name: { zh: '台风', en: 'Typhoon' }, reason: '停工通知' };
  expect((await api.put(`${path}/days/2026-08-12`, day, administrator)).body).toEqual({
    version: 'D/3',
    isNew: true,
  });
  expect((await api.put(`${path}/days/2026-08-12`, day, administrator)).body).toMatchObject({ isNew: false });
  const { years } = (await api.get(path)).body as { years: { year: number; changes: unknown }[] };
  expect(years.find((one) => one.year === 2026)?.changes).toEqual([{ date: '2026-08-12', ...day }]);
  for (const date of ['2026-02-30', '0001-01-01', 'tomorrow'])
    expect((await api.put(`${path}/days/${date}`, day, administrator)).status, date).toBe(400);
});
