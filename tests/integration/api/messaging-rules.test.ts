import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { apiFixture, type ApiFixture, type Asked } from '../../support/api-fixture.ts';
import { planFixture, type PlanFixture } from '../../support/plan-fixture.ts';
import { runYilu } from '../../support/run-yilu.ts';
import { fixtureStart } from '../../support/store-fixture.ts';

let api: ApiFixture;
let f: PlanFixture;
let path: string;
let folder: string;
beforeAll(async () => {
  api = await apiFixture();
  f = await planFixture(api);
  path = `/api/v1/districts/${api.organisations.get('D')}/messaging-rules`;
  folder = await mkdtemp(join(tmpdir(), 'yilu-rules-'));
});
afterAll(async () => {
  await api.close();
  await rm(folder, { recursive: true });
});

const yaml: Asked = { as: 'administrator', headers: { 'content-type': 'application/yaml' } };
const put = (text: string, asked: Asked = yaml, query = '') => api.put(`${path}${query}`, text, asked);
const inForce = async () => (await api.get(path, { as: 'centre0' })).body;

it('an administrator sets them as YAML or JSON, and sees what changes; the earlier ones stay', async () => {
  expect(await inForce()).toMatchObject({ version: 0, setBy: null, rules: { perDay: 3 } });
  const first = await put('perDay: 2\nvalidFor: 3d\n');
  expect(first.body).toEqual({
    version: 1,
    isNew: true,
    changes: [
      { kind: 'changed', path: 'perDay', message: '每人每天至多几条：由 3 改为 2' },
      { kind: 'changed', path: 'validFor', message: '消息的有效期：由 7d 改为 3d' },
    ],
    warnings: [],
  });
  const { rules } = await inForce();
  const again = await api.put(path, { ...(rules as object), perDay: 4 }, { as: 'administrator' });
  expect(again.body).toMatchObject({ version: 2, changes: [{ path: 'perDay' }] });
  expect(await inForce()).toMatchObject({
    version: 2,
    setBy: '管理员',
    rules: { perDay: 4, validFor: '3d' },
  });
  expect((await api.get(`${path}?version=1`)).body).toMatchObject({ rules: { perDay: 2 } });
  expect((await api.get(`${path}?version=9`)).status).toBe(404);
  const same = await api.put(path, { ...(rules as object), perDay: 4 }, { as: 'administrator' });
  expect(same.body).toMatchObject({ version: 2, isNew: false, changes: [] });
});

it('what is wrong is told with its line, its column and the remedy, and changes nothing', async () => {
  const { version } = await inForce();
  const answer = await put(
    'perDay: 2\ntemplates:\n  small:\n    welcom: { subject: {zh: a, en: a}, body: {zh: b, en: b} }\n',
  );
  expect([answer.status, answer.body['code']]).toEqual([422, 'RulesRefused']);
  expect(answer.body['errors']).toMatchObject([
    { field: '4:5', message: expect.stringContaining('welcome') as string },
  ]);
  for (const text of ['', '[]', 'perDay: 2: 3', 'curfew: 3'])
    expect((await put(text)).status, text).toBe(422);
  expect((await inForce())['version']).toBe(version);
});

it('nobody else sets them, and nobody sets them over what they have not seen', async () => {
  expect((await put('perDay: 1\n', { ...yaml, as: 'district' })).status).toBe(403);
  expect((await put('perDay: 1\n', { ...yaml, as: 'centre0' })).status).toBe(403);
  const { version } = await inForce();
  const stale = await put('perDay: 1\n', yaml, `?basedOn=${Number(version) - 1}`);
  expect([stale.status, stale.body['code']]).toEqual([409, 'Conflict']);
  expect((await put('perDay: 1\n', yaml, `?basedOn=${String(version)}`)).status).toBe(200);
  const other = `/api/v1/districts/${api.organisations.get('C0')}/messaging-rules`;
  expect((await api.get(other)).status).toBe(404);
  expect((await api.put(other, 'perDay: 1\n', yaml)).status).toBe(404);
});

it('the dispatch goes by them from the next round on, without a restart', async () => {
  api.clock.at = fixtureStart;
  await put('routineAt: "15:00"\n');
  const { journey } = await f.invited();
  const key = await f.notice(journey, { key: 'routine' });
  await f.plan();
  expect(await f.standing(key)).toMatchObject({ status: 'held', reason: 'routine-hour' });
  await put('routineAt: "09:00"\n');
  const next = await f.notice((await f.invited()).journey, { key: 'routine' });
  await f.plan();
  expect(await f.standing(next)).toMatchObject({ status: 'queued' });
});

it('at the command line they are shown as a file, checked, compared and set', async () => {
  const file = join(folder, 'rules.yaml');
  const yilu = (...args: string[]) => runYilu(api.url, 'messaging', ...args);
  const shown = await yilu('show', '--district', '示范区');
  expect(shown.out).toContain('routineAt: 09:00');
  await writeFile(file, shown.out);
  expect((await yilu('check', file)).out).toContain('没有区别');
  await writeFile(file, shown.out.replace('routineAt: 09:00', 'routineAt: 11:00'));
  const asked = await yilu('set', file);
  expect([asked.code, asked.out]).toEqual([
    1,
    expect.stringContaining('~ 常规消息的发送时刻：由 09:00 改为 11:00'),
  ]);
  const set = await yilu('set', file, '--yes', '--by', '值班');
  expect([set.code, set.out]).toEqual([0, expect.stringContaining('已生效')]);
  expect(await inForce()).toMatchObject({ setBy: '值班', rules: { routineAt: '11:00' } });
  await writeFile(file, 'routineAt: 03:00\n');
  const wrong = await yilu('set', file, '--yes');
  expect([wrong.code, wrong.out]).toEqual([1, expect.stringContaining('rules.yaml:1:')]);
}, 30_000);
