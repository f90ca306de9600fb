import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JourneyId } from '../../../domain/model/ids.ts';
import { currentCalendar } from '../../../store/calendar.ts';
import { upsertOrganisations } from '../../../store/organisations.ts';
import { rows } from '../../../store/sql.ts';
import { runYilu, startYilu } from '../../support/run-yilu.ts';
import { storeFixture, type StoreFixture } from '../../support/store-fixture.ts';

let f: StoreFixture;
let folder: string;
const journeys: JourneyId[] = [];
beforeAll(async () => {
  f = await storeFixture();
  folder = await mkdtemp(join(tmpdir(), 'calendar-'));
  f.clock.at = Date.parse('2026-12-30T10:00:00+08:00');
  for (let i = 0; i < 12; i += 1) journeys.push(await f.journey());
  journeys.sort();
});
afterAll(async () => {
  await f.close();
  await rm(folder, { recursive: true });
});

const calendar = (...args: string[]) => runYilu(f.url, 'calendar', ...args);
async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}
const year = (workdays: string, newYear = '2027-01-01..2027-01-03') => `year: 2027
source: invented
holidays:
  - name: { zh: 元旦, en: New Year }
    days: ${newYear}
  - name: { zh: 长假, en: Long holiday }
    days: 2027-01-13..2027-01-15
workdays: [${workdays}]
`;
/** How often each journey's deadlines were computed anew. */
const recomputed = async (): Promise<number[]> => {
  const found = await rows<{ count: number }>(
    f.store.pool,
    '',
    `select count(e.*) as count from journey j
     left join journey_event e on e.journey_id = j.id and e.kind = 'DeadlinesRecomputed' group by j.id order by j.id`,
  );
  return found.map(({ count }) => count);
};
const each = (count: number): number[] => journeys.map(() => count);
const inForce = async (): Promise<string> =>
  (await currentCalendar(f.store.pool, f.organisations.get('D'))).version;

describe('yilu calendar', { timeout: 60_000 }, () => {
  it('check tells a mistake with its place, in either language', async () => {
    const path = await file('overlap.yaml', year('2027-01-14'));
    const found = await calendar('check', path);
    expect(found).toMatchObject({ code: 1, err: '' });
    expect(found.out).toContain(`${path}:8:12 错误 [off-and-working] 2027-01-14`);
    expect((await calendar('check', path, '--locale', 'en')).out).toContain('make-up working day as well');
    expect((await calendar('check', 'examples/calendar-2027-invented.yaml')).code).toBe(0);
  });

  it('import refuses a file with overlapping days, and nothing has changed', async () => {
    const path = await file('overlap.yaml', year('', '2027-01-01, 2027-01-13'));
    await writeFile(path, year('', '[2027-01-01, 2027-01-13]'));
    const refused = await calendar('import', path);
    expect(refused.code).toBe(1);
    expect(refused.out).toContain('[day-twice]');
    expect(refused.err).toContain('没有导入');
    expect(await inForce()).toBe('official-2026');
    expect(await recomputed()).toEqual(each(0));
  });

  it('import --dry-run says what would move, and nothing has', async () => {
    const path = await file('2027.yaml', year(''));
    const { code, out } = await calendar('import', path, '--dry-run');
    expect(code).toBe(0);
    expect(out).toContain('12 个进行中的旅程，12 个会变');
    expect(out).toContain('12 个期限推后');
    expect(out).toContain('12 个期限由暂定变为确定');
    expect(await inForce()).toBe('official-2026');
    expect(await recomputed()).toEqual(each(0));
  });

  it('import that is killed is gone on with, and computes no journey twice', async () => {
    const path = await file('2027.yaml', year(''));
    // The sixth of them is held, so that the command stops in the middle: four by four, it has done seven by then.
    const holder = new pg.Client({ connectionString: f.url });
    await holder.connect();
    try {
      await holder.query('begin');
      await holder.query('select 1 from journey where id = $1 for update', [journeys[5]]);
      const { child, result } = startYilu(f.url, 'calendar', 'import', path);
      while ((await recomputed()).reduce((a, b) => a + b, 0) < 7) await sleep(20);
      child.kill('SIGKILL');
      await result;
      await holder.query('rollback');
    } finally {
      await holder.end();
    }
    expect(await inForce()).toBe('D/1');
    const again = await calendar('import', path);
    expect(again).toMatchObject({ code: 0, err: '' });
    expect(again.out).toContain('2027 年早已生效（D/1）');
    expect(await recomputed()).toEqual(each(1));
    const found = await rows<{ provisional: boolean; day: string }>(
      f.store.pool,
      '',
      `select distinct provisional, (due_at at time zone 'Asia/Shanghai')::date as day from open_step`,
    );
    expect(found).toEqual([{ provisional: false, day: '2027-01-18' }]);
    expect((await calendar('recompute')).out).toContain('已按 D/1 重算 0 个旅程');
  });

  it('import of a year that was announced otherwise shows the days, and needs --replace', async () => {
    const path = await file('again.yaml', year('2027-01-09'));
    const refused = await calendar('import', path);
    expect(refused.code).toBe(1);
    expect(refused.out).toContain('[year-differs]');
    expect(refused.out).toContain('2027-01-09 周六  放假 → 上班');
    expect(await inForce()).toBe('D/1');
    expect((await calendar('import', path, '--replace')).code).toBe(0);
    expect(await inForce()).toBe('D/2');
  });

  it('set changes a day, says why it stays changed, and refuses what changes nothing', async () => {
    const day = ['set', '2027-01-18', 'off', '--reason', '台风停工'];
    expect((await calendar(...day, '--name', '台风', '--by', '张主任')).out).toContain('12 个期限推后');
    expect(await inForce()).toBe('D/3');
    expect((await calendar('show', '2027')).out).toContain(
      '2027-01-18  周一  放假  台风 · 台风停工 · 张主任',
    );
    expect(await calendar(...day)).toMatchObject({ code: 1, err: expect.stringContaining('本来就放假') });
    expect((await calendar('set', '2027-02-30', 'off', '--reason', 'x')).err).toContain(
      '没有“2027-02-30”这一天',
    );
    expect((await calendar('set', '2027-03-01', 'holiday', '--reason', 'x')).err).toContain(
      'off（放假）或 working',
    );
    expect(await inForce()).toBe('D/3');
    const again = await calendar('import', await file('2027.yaml', year('')), '--replace', '--dry-run');
    expect(again.out).toContain('本区自己改的 1 处不变');
  });

  it('a journey shows what is provisional', async () => {
    const [journey = ''] = journeys;
    expect((await runYilu(f.url, 'journey', journey)).out).not.toContain('暂定');
    f.clock.at = Date.parse('2027-12-28T10:00:00+08:00');
    const later = await f.journey();
    expect((await runYilu(f.url, 'journey', later)).out).toContain('（暂定）');
    expect((await runYilu(f.url, 'journey', later, '--locale', 'en')).out).toContain('(provisional)');
  });

  it('with several districts asks which one', async () => {
    await upsertOrganisations(f.store, [{ code: 'E', level: 'district', parent: null, names: ['另一区'] }]);
    const asked = await calendar('show');
    expect(asked).toMatchObject({ code: 1, err: expect.stringContaining('D, E') });
    expect((await calendar('show', '--district', 'E')).out).toContain('official-2026');
    expect((await calendar('show', '--district', 'X')).err).toContain('没有编码为“X”的区');
    expect((await calendar('import', await file('2027.yaml', year('')), '--district', 'E')).code).toBe(0);
    expect((await calendar('show', '--district', 'all')).out).toMatch(/D\/3[\s\S]*E\/1/u);
  });
});
