import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { civilText } from '../../../domain/calendar/civil-day.ts';
import { zoneClock } from '../../../domain/calendar/zone-clock.ts';
import { runYilu } from '../../support/run-yilu.ts';
import { storeFixture, type StoreFixture } from '../../support/store-fixture.ts';

let f: StoreFixture;
let folder: string;
/** The command goes by PostgreSQL's clock. */
const tomorrow = civilText(zoneClock('Asia/Shanghai').dayOf(Date.now()) + 1);
beforeAll(async () => {
  f = await storeFixture();
  folder = await mkdtemp(join(tmpdir(), 'slots-'));
});
afterAll(async () => {
  await f.close();
  await rm(folder, { recursive: true });
});

const slots = (...args: string[]) => runYilu(f.url, 'slots', ...args);
async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}
const pools = (capacity = 2): string => `pools:
  - code: CT
    organisation: H
    site: main
    service: low-dose-ct
    audience: general
    title: { zh: 低剂量 CT, en: Low-dose CT }
    opensBefore: 3d
    publicHolidays: open
    weekly: []
    extra:
      - { day: ${tomorrow}, from: '08:00', until: '10:00', minutes: 30, capacity: ${capacity} }
`;

describe('yilu slots', { timeout: 60_000 }, () => {
  it('check tells every mistake with its place, in either language, and the example has none', async () => {
    const path = await file(
      'wrong.yaml',
      pools().replace('general', 'everybody').replace("'10:00'", "'07:00'"),
    );
    const found = await slots('check', path);
    expect(found).toMatchObject({ code: 1, err: '' });
    expect(found.out).toContain(`${path}:6:15 错误 [wrong-shape] “audience”写得不对。`);
    expect((await slots('check', path, '--locale', 'en')).out).toContain('Write one of community-screening');
    expect((await slots('check', 'examples/slots.yaml')).code).toBe(0);
  });

  it('set --dry-run says what it would do; set does it, and list and show tell of it', async () => {
    const path = await file('pools.yaml', pools());
    expect((await slots('set', path, '--dry-run')).out).toContain('新增 4 个号');
    expect((await slots('set', path, '--by', '王主任')).out).toContain('CT：新号池，新增 4 个号');
    expect((await slots('set', path)).out).toContain('CT：已有号池，新增 0 个号，改动 0 个，停 0 个');
    const listed = (await slots('list', '--service', 'low-dose-ct', '--from', tomorrow, '--to', tomorrow))
      .out;
    expect(listed).toContain(`${tomorrow} 08:00  CT  low-dose-ct  2/2  区医院`);
    expect(listed).toContain('列出 4 个');
    const shown = await slots('show', 'CT', '--days', '2');
    expect(shown.out).toMatch(new RegExp(`^#\\s+${tomorrow}\\s+4\\s+8\\s+0\\s+0$`, 'mu'));
    // What is shown can be set again.
    expect(parse(shown.out)).toMatchObject({ pools: [{ code: 'CT', holdFor: '15min' }] });
    expect((await slots('check', await file('shown.yaml', shown.out))).code).toBe(0);
    expect(await slots('show', 'MRI')).toMatchObject({
      code: 1,
      err: expect.stringContaining('没有代码为“MRI”的号池') as string,
    });
  });

  it('close takes hours from a day without the file, and not from under anybody', async () => {
    const close = (...args: string[]) => slots('close', 'CT', tomorrow, '--reason', '检修', ...args);
    expect((await close('--until', '09:00')).out).toContain('停 2 个');
    const { rows } = await f.store.pool.query<{ id: string }>(
      'select id from slot where capacity > 0 order by starts_at',
    );
    await f.store.pool.query(
      `insert into appointment (slot_id, resident_id, service, audience, status, created_by)
       values ($1, $2, 'low-dose-ct', 'general', 'booked', 'test')`,
      [rows[0]!.id, await f.resident()],
    );
    const refused = await close();
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toContain(`${tomorrow} 09:00 已约 1，新容量 0`);
    expect((await close('--from', '25:00')).err).toContain('请写时刻');
    expect((await close('--from', '10:00', '--until', '09:00')).err).toContain('结束时刻不晚于开始时刻');
    expect((await slots('close', 'CT', '2026-02-31', '--reason', 'x')).err).toContain(
      '没有“2026-02-31”这一天',
    );
    expect((await slots('list')).out).toContain('列出 2 个');
  });
});
