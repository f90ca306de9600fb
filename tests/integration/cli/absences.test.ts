import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { civilDay, civilText } from '../../../domain/calendar/civil-day.ts';
import { zoneClock } from '../../../domain/calendar/zone-clock.ts';
import type { JourneyId } from '../../../domain/model/ids.ts';
import { recordAbsence } from '../../../store/absences/record-absence.ts';
import { upsertStaff } from '../../../store/staff.ts';
import { runYilu, type CommandResult } from '../../support/run-yilu.ts';
import { storeFixture, type StoreFixture } from '../../support/store-fixture.ts';

let f: StoreFixture;
let journey: JourneyId;
const yilu = (...args: string[]): Promise<CommandResult> => runYilu(f.url, ...args);
/** The command goes by the real clock. */
const clock = zoneClock('Asia/Shanghai');
const day = (from: number): string => civilText(clock.dayOf(Date.now()) + from);

beforeAll(async () => {
  f = await storeFixture();
  await upsertStaff(f.store, [
    { code: 'nurse', name: '护士甲', role: 'centre-nurse', organisation: 'C0' },
    { code: 'twin', name: '家医一', role: 'centre-nurse', organisation: 'C0' },
  ]);
  f.clock.at = Date.now();
  journey = await f.journey();
});
afterAll(() => f.close());

describe('yilu staff', () => {
  it('absent, absences and back: says who stands in, what is not as it should be, and what is on record', async () => {
    const absent = await yilu(
      ...['staff', 'absent', 'centre0', '--from', day(-1), '--until', day(3), '--deputy', '护士甲'],
      ...['--reason', 'sick', '--by', '主任'],
    );
    expect(absent).toMatchObject({ code: 0, err: '' });
    expect(absent.out).toContain(`家医零 ${day(-1)} 至 ${day(3)} 缺勤，已登记 / away from ${day(-1)}`);
    expect(absent.out).toContain('由代理人 护士甲 / the deputy stands in: 护士甲');
    expect(absent.out).toContain('! 代理人“护士甲”不是家庭医生');

    const list = await yilu('staff', 'absences', '--organisation', '一号中心');
    expect(list.out).toMatch(/缺勤中 +家医零 +centre0 +一号中心 .*病假 +代理 护士甲/u);

    const back = await yilu('staff', 'back', 'centre0', '--by', '主任');
    expect(back.out).toContain(`缺勤记为 ${day(-1)} 至 ${day(-1)}`);
    const [line] = (await yilu('staff', 'absences', '--all', '--json')).out.split('\n');
    expect(JSON.parse(line ?? '')).toMatchObject({
      ...{ status: 'over', until: day(-1), recordedBy: '主任' },
      ended: { by: '主任', plannedUntil: day(3) },
    });
  }, 60_000);

  it('says what is wrong and what would be right, and ends with 1', async () => {
    const wrong = await yilu('staff', 'absent', 'centre0', '--from', day(3), '--until', day(2));
    expect(wrong.code).toBe(1);
    expect(wrong.err).toMatch(/最后一天 .* 早于第一天[^]*same day twice/u);
    const nobody = await yilu('staff', 'absent', 'center0', '--from', day(1), '--until', day(2));
    expect(nobody.err).toContain('did you mean "centre0"?');
    const twins = await yilu('staff', 'absent', '家医一', '--from', day(1), '--until', day(2));
    expect(twins.err).toContain('give the code: centre1, twin');
  }, 60_000);
});

describe('yilu acknowledge', () => {
  it('says "I have it, until …" for a member of staff, with a reason the second time', async () => {
    const acknowledge = (...more: string[]): Promise<CommandResult> =>
      yilu('acknowledge', journey, 'questions', '--as', 'centre0', ...more);
    const first = await acknowledge('--until', day(2));
    expect(first).toMatchObject({ code: 0, err: '' });
    // To the end of that day.
    expect(first.out).toContain(`家医零 处理 questions#1，至 ${civilText(civilDay(day(2)) + 1)} 00:00`);
    const again = await acknowledge('--until', `${day(3)}T15:30`);
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining('needs a reason') });
    expect(await acknowledge('--until', `${day(3)}T15:30`, '--reason', '居民外出')).toMatchObject({
      code: 0,
    });
    const shown = await yilu('journey', journey);
    expect(shown.out).toContain(`知晓至 ${day(3)} 15:30 家医零（居民外出）`);
    const other = await yilu('acknowledge', journey, 'visit', '--as', 'centre0', '--until', day(2));
    expect(other).toMatchObject({ code: 1, err: expect.stringContaining('open are: questions#1') });
    const stranger = await yilu('acknowledge', journey, 'questions', '--as', 'centre1', '--until', day(2));
    expect(stranger.err).toContain("within that person's reach");
  }, 60_000);
});

describe('an owner who is away', () => {
  it('is shown so by yilu journey and yilu overdue', async () => {
    const { rows } = await f.store.pool.query<{ step: string }>(
      'select step from open_step where journey_id = $1',
      [journey],
    );
    expect(rows).toHaveLength(1);
    await f.store.pool.query(
      `update journey set state = jsonb_set(state::jsonb, '{steps,questions#1,owner,staff}', to_jsonb($2::text))::json,
         overdue_since = now() - interval '1 day' where id = $1`,
      [journey, f.staff.get('centre0')],
    );
    await f.store.pool.query('update open_step set owner_staff_id = $2 where journey_id = $1', [
      journey,
      f.staff.get('centre0'),
    ]);
    await recordAbsence(f.store, {
      ...{ staff: 'centre0', deputy: 'nurse', reason: 'leave', by: 'test' },
      ...{ from: day(0), until: day(1) },
    });
    const text = `家医零（缺勤至 ${day(1)}，由护士甲代理）`;
    expect((await yilu('journey', journey)).out).toContain(text);
    expect((await yilu('overdue', '--locale', 'en')).out).toContain(`(away until ${day(1)}, deputy 护士甲)`);
  }, 60_000);
});
