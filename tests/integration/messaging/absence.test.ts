import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createComposer } from '../../../activities/dispatch/compose.ts';
import type { JourneyId } from '../../../domain/model/ids.ts';
import type { Absence } from '../../../store/absences/absence.ts';
import { endAbsence } from '../../../store/absences/end-absence.ts';
import { listAbsences } from '../../../store/absences/list-absences.ts';
import { recordAbsence, type AbsenceAnswer } from '../../../store/absences/record-absence.ts';
import { claimMessages, type ClaimedMessage } from '../../../store/messages/claim.ts';
import { upsertOrganisations } from '../../../store/organisations.ts';
import { upsertStaff } from '../../../store/staff.ts';
import { planFixture, type PlanFixture } from '../../support/plan-fixture.ts';

let f: PlanFixture;
let journey: JourneyId;
/** Ids by code. */
let staff: ReadonlyMap<string, string>;
const id = (code: string): string => staff.get(code)!;

beforeAll(async () => {
  f = await planFixture();
  ({ journey } = await f.invited());
  const more = await upsertStaff(f.store, [
    ...['nurse', 'second', 'third'].map((code) => ({
      ...{ code, name: `护士${code}`, role: 'centre-nurse' as const, organisation: 'C0' },
      email: `${code}@example.org`,
    })),
    {
      ...{ code: 'manager', name: '主任', role: 'centre-manager', organisation: 'C0' },
      email: 'manager@example.org',
    },
  ]);
  staff = new Map([...f.staff, ...more]);
});
afterAll(() => f.close());
beforeEach(async () => {
  await f.clear();
  await f.query('delete from message_notice');
  await f.query('delete from message');
  await f.query('delete from digest_day');
  await f.query(
    'update staff_absence set cancelled = true, planned_until_day = until_day, ended_by = $1, ended_at = now()',
    ['test'],
  );
  await f.query(`update staff set deputy_id = null, active = code <> 'team-doctor'`);
  await f.query('update open_step set owner_staff_id = null');
});

/** On the clock of the district. 2026-01-12 is a Monday. */
const at = (day: string, time = '10:00'): number => Date.parse(`${day}T${time}:00+08:00`);
const away = (code: string, from: string, until: string, deputy?: string): Promise<AbsenceAnswer> =>
  recordAbsence(f.store, {
    ...{ staff: code, from, until, reason: 'leave', by: 'test' },
    ...(deputy !== undefined && { deputy }),
  });
let count = 0;
/** An urgent notice to the family doctor of the centre: there is one. */
const urgent = (): Promise<string> =>
  f.notice(journey, { key: `n${(count += 1)}`, urgent: true, role: 'family-doctor', purpose: 'work' });
/** @returns codes of those to whom a message carries the notice */
const toldOf = async (key: string): Promise<string[]> => {
  const found = await f.query<{ code: string }>(
    `select s.code from message_notice mn join staff s on s.id = mn.recipient_id where mn.notice_key = $1 order by 1`,
    [key],
  );
  return found.map(({ code }) => code);
};
const current = async (code: string): Promise<Absence> =>
  (await listAbsences(f.store, { staff: id(code) }))[0]!;
const claim = (): Promise<ClaimedMessage[]> =>
  claimMessages(f.store, {
    ...{ channel: 'email', limit: 100, provider: 'test', quietDistricts: [] },
    write: createComposer({ store: f.store }),
  });

describe('on a day of absence', () => {
  it('the deputy is told in the place of the doctor, and the doctor again on the day after', async () => {
    f.clock.at = at('2026-01-12');
    await away('centre0', '2026-01-13', '2026-01-14', 'nurse');
    const told: string[][] = [];
    for (const day of ['2026-01-12', '2026-01-13', '2026-01-14', '2026-01-15']) {
      f.clock.at = at(day);
      const key = await urgent();
      await f.plan();
      told.push(await toldOf(key));
      expect(await f.standing(key)).toMatchObject({ status: 'queued', rank: 0, flag: null });
      await f.sendAll();
    }
    expect(told).toEqual([['centre0'], ['nurse'], ['nurse'], ['centre0']]);
  });

  it('begins and ends at midnight of the district', async () => {
    f.clock.at = at('2026-01-12');
    await away('centre0', '2026-01-13', '2026-01-13', 'nurse');
    const told: string[][] = [];
    for (const [day, time] of [
      ['2026-01-12', '23:59'],
      ['2026-01-13', '00:00'],
      ['2026-01-13', '23:59'],
      ['2026-01-14', '00:00'],
    ] as const) {
      f.clock.at = at(day, time);
      const key = await urgent();
      await f.plan();
      told.push(await toldOf(key));
      await f.sendAll();
    }
    expect(told).toEqual([['centre0'], ['nurse'], ['nurse'], ['centre0']]);
  });

  it('a deputy who is away too is followed by the next, and a circle of deputies ends', async () => {
    f.clock.at = at('2026-01-12');
    await f.query('update staff set deputy_id = $2 where id = $1', [id('nurse'), id('second')]);
    await f.query('update staff set deputy_id = $2 where id = $1', [id('second'), id('nurse')]);
    await away('centre0', '2026-01-12', '2026-01-16', 'nurse');
    await away('nurse', '2026-01-12', '2026-01-13');
    const first = await urgent();
    await f.plan();
    expect(await toldOf(first)).toEqual(['second']);
    await away('second', '2026-01-12', '2026-01-12');
    const both = await urgent();
    await f.plan();
    // Neither deputy is here: there is no other doctor, so it goes up, and says so.
    expect(await toldOf(both)).toEqual(['manager']);
    expect(await f.standing(both)).toMatchObject({ flag: 'nobody-reachable', rank: 3 });
    f.clock.at = at('2026-01-13');
    const after = await urgent();
    await f.plan();
    expect(await toldOf(after)).toEqual(['second']);
  });

  it('without a deputy, those of the same role are told of what one person was to be', async () => {
    f.clock.at = at('2026-01-12');
    await away('nurse', '2026-01-12', '2026-01-12');
    const key = await f.notice(journey, { key: 'named', urgent: true, role: 'centre-nurse' });
    await f.query('update notice set recipient_id = $2 where key = $1', [key, id('nurse')]);
    await f.plan();
    expect(await toldOf(key)).toEqual(['second', 'third']);
    expect(await f.standing(key)).toMatchObject({ flag: null, rank: 0 });
  });

  it('a team is a part of its centre: its doctor’s colleagues are those of the centre, and the other way round', async () => {
    f.clock.at = at('2026-01-12');
    await upsertOrganisations(f.store, [{ code: 'C0-T', level: 'team', parent: 'C0', names: ['团队'] }]);
    const made = await upsertStaff(f.store, [
      {
        ...{ code: 'team-doctor', name: '团队医生', role: 'family-doctor', organisation: 'C0-T' },
        email: 'team@example.org',
      },
    ]);
    await f.query(`update staff set active = code <> 'manager'`);
    const told: string[][] = [];
    for (const [of, code] of [
      [made.get('team-doctor')!, 'team-doctor'],
      [id('centre0'), 'centre0'],
    ] as const) {
      const { absence } = await away(code, '2026-01-12', '2026-01-12');
      const key = await urgent();
      await f.query('update notice set recipient_id = $2 where key = $1', [key, of]);
      await f.plan();
      told.push(await toldOf(key));
      expect(await f.standing(key)).toMatchObject({ flag: null, rank: 0 });
      await f.sendAll();
      await endAbsence(f.store, { absence: absence.id, by: 'test' });
    }
    await f.query(`update staff set active = false where code = 'team-doctor'`);
    expect(told).toEqual([['centre0'], ['team-doctor']]);
  });

  it('with nobody in the place it goes up at once, and is flagged; with nobody at all it fails, flagged', async () => {
    f.clock.at = at('2026-01-12');
    await away('centre0', '2026-01-12', '2026-01-12');
    const up = await urgent();
    await f.plan();
    expect(await toldOf(up)).toEqual(['manager']);
    expect(await f.standing(up)).toMatchObject({ status: 'queued', flag: 'nobody-reachable', rank: 3 });
    await away('manager', '2026-01-12', '2026-01-12');
    const none = await urgent();
    await f.plan();
    // The district's coordinator has no address here.
    expect(await f.standing(none)).toMatchObject({ status: 'failed', flag: 'nobody-reachable' });
  });

  it('counts when the message is made and when it is written, not when the notice was queued', async () => {
    f.clock.at = at('2026-01-12');
    const key = await urgent();
    await away('centre0', '2026-01-12', '2026-01-12', 'nurse');
    await f.plan();
    expect(await toldOf(key)).toEqual(['nurse']);
    // Planned, and not written yet: the deputy goes away as well.
    await away('nurse', '2026-01-12', '2026-01-12', 'second');
    expect(await claim()).toEqual([]);
    await f.plan();
    expect(await toldOf(key)).toEqual(['second']);
    const [message] = await claim();
    expect(message?.text).toContain('（代家医零（缺勤至 2026-01-12））');
    expect(await f.standing(key)).toMatchObject({ status: 'sending', flag: null });
  });

  it('loses nothing when all who were to be told go away before it is written', async () => {
    f.clock.at = at('2026-01-12', '22:00');
    const key = await f.notice(journey, { key: 'nurses', urgent: true, role: 'centre-nurse' });
    await f.plan();
    expect(await toldOf(key)).toEqual(['nurse', 'second', 'third']);
    await away('nurse', '2026-01-12', '2026-01-12');
    // One of them: the others are told of it, and nobody in her place.
    expect((await claim()).map(({ recipient }) => recipient).toSorted()).toEqual(
      [id('second'), id('third')].toSorted(),
    );
    await f.clear();
    const again = await f.notice(journey, { key: 'nurses-again', urgent: true, role: 'centre-nurse' });
    await f.plan();
    for (const code of ['second', 'third']) await away(code, '2026-01-12', '2026-01-12');
    expect(await claim()).toEqual([]);
    await f.plan();
    expect(await toldOf(again)).toEqual(['manager']);
    expect(await f.standing(again)).toMatchObject({ status: 'queued', flag: 'nobody-reachable' });
  });

  it('goes on to the next in rank when the message to the deputy fails, and tells nobody twice', async () => {
    f.clock.at = at('2026-01-12');
    await f.query('update staff set deputy_id = $2 where id = $1', [id('centre0'), id('nurse')]);
    await away('centre0', '2026-01-12', '2026-01-12');
    const key = await urgent();
    await f.plan();
    expect(await toldOf(key)).toEqual(['nurse']);
    await f.query(`update message set status = 'failed', finished_at = now()`);
    await f.query(`update notice set planned_at = null, rank = 1 where key = $1`, [key]);
    await f.plan();
    expect(await toldOf(key)).toEqual(['manager', 'nurse']);
    expect(await f.standing(key)).toMatchObject({ flag: 'nobody-reachable' });
  });

  it('whoever comes back early is told again from that moment; the absence stays on record', async () => {
    f.clock.at = at('2026-01-12');
    const { absence } = await away('centre0', '2026-01-09', '2026-01-30', 'nurse');
    const ended = await endAbsence(f.store, { absence: absence.id, by: 'manager' });
    expect(ended).toMatchObject({
      ...{ from: '2026-01-09', until: '2026-01-11', status: 'over' },
      ended: { plannedUntil: '2026-01-30', by: 'manager', at: f.clock.at },
    });
    const key = await urgent();
    await f.plan();
    expect(await toldOf(key)).toEqual(['centre0']);
    // Again changes nothing.
    expect(await endAbsence(f.store, { absence: absence.id, by: 'another' })).toEqual(ended);
    const began = await away('centre0', '2026-01-12', '2026-01-13');
    const taken = await endAbsence(f.store, { absence: began.absence.id, by: 'manager' });
    expect(taken).toMatchObject({ status: 'cancelled', until: '2026-01-13' });
    await expect(f.query('delete from staff_absence')).rejects.toThrow('staff_absence');
  });
});

describe('the digest', () => {
  const dueDayOf = async (on: JourneyId): Promise<string> => {
    const [row] = await f.query<{ day: string }>(
      `select to_char(due_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD') as day from open_step where journey_id = $1`,
      [on],
    );
    return row!.day;
  };
  const due = (code: string | null, dueAt: number, on = journey) =>
    f.query('update open_step set owner_staff_id = $2, due_at = $3, opened_at = $4 where journey_id = $1', [
      on,
      code === null ? null : id(code),
      new Date(dueAt),
      new Date(at('2026-01-05')),
    ]);

  it('of the deputy says what is the absent one’s, for whom, and until when; the absent one has none', async () => {
    await f.query('delete from open_step where journey_id <> $1', [journey]);
    await due('centre0', at('2026-01-12', '17:00'));
    f.clock.at = at('2026-01-11');
    await away('centre0', '2026-01-12', '2026-01-14', 'nurse');
    const other = await f.invited();
    const key = await f.notice(other.journey, { key: 'rung', role: 'family-doctor' });
    f.clock.at = at('2026-01-12', '09:00');
    await f.plan();
    expect(await f.messages(id('centre0'))).toEqual([]);
    expect(await f.messages(id('nurse'))).toMatchObject([{ kind: 'digest', notices: [key] }]);
    const [digest, ...others] = await claim();
    expect(others).toEqual([]);
    expect(digest?.text).toBe(
      [
        '您有 2 项工作：',
        '今天您代家医零（缺勤至 2026-01-14）。',
        `升级给您的（1）\n- 问卷 · 居 · ${await dueDayOf(other.journey)} · 代家医零（缺勤至 2026-01-14） · ${other.journey}`,
        `今天到期（1）\n- 问卷 · 居 · 2026-01-12 · 代家医零（缺勤至 2026-01-14） · ${journey}`,
      ].join('\n\n'),
    );
    f.clock.at = at('2026-01-15', '09:00');
    await f.query('delete from message_notice');
    await f.query('delete from message');
    await f.plan();
    expect(await f.messages(id('centre0'))).toMatchObject([{ kind: 'digest' }]);
    expect(await f.messages(id('nurse'))).toEqual([]);
  });

  it('says nothing of standing in where the reader has it too', async () => {
    await f.query('delete from open_step where journey_id <> $1', [journey]);
    await f.query(`update open_step set owner_role = 'centre-nurse'`);
    await due(null, at('2026-01-12', '17:00'));
    f.clock.at = at('2026-01-12', '09:00');
    await away('nurse', '2026-01-12', '2026-01-14', 'second');
    await f.plan();
    const texts = (await claim()).map(({ text }) => text);
    await f.query(`update open_step set owner_role = 'family-doctor'`);
    expect(texts).toHaveLength(2);
    for (const text of texts) expect(text).not.toContain('代');
  });

  it('goes up to the manager when nobody else is here', async () => {
    await f.query('delete from open_step where journey_id <> $1', [journey]);
    await due('centre0', at('2026-01-12', '17:00'));
    f.clock.at = at('2026-01-12', '09:00');
    await away('centre0', '2026-01-12', '2026-01-14');
    await f.plan();
    const [digest] = await claim();
    expect(digest).toMatchObject({ recipient: id('manager') });
    expect(digest?.text).toContain('代家医零（缺勤至 2026-01-14）');
  });

  it('that waits while its reader goes away is not written; whoever stands in is told at once of what it carried', async () => {
    f.clock.at = at('2026-01-12', '09:00');
    const key = await f.notice(journey, { key: `d${(count += 1)}`, role: 'family-doctor' });
    await f.plan();
    expect(await toldOf(key)).toEqual(['centre0']);
    await away('centre0', '2026-01-12', '2026-01-13', 'nurse');
    const claimed = await claim();
    expect(claimed.filter(({ recipient }) => recipient === id('centre0'))).toEqual([]);
    await f.plan();
    expect(await toldOf(key)).toEqual(['nurse']);
    expect((await f.messages(id('nurse'))).filter(({ kind }) => kind === 'notice')).toMatchObject([
      { urgent: false, notices: [key] },
    ]);
    await f.clear();
    await endAbsence(f.store, { absence: (await current('centre0')).id, by: 'test' });
    // In the evening it waits for the next morning.
    f.clock.at = at('2026-01-13', '09:00');
    const late = await f.notice(journey, { key: `d${(count += 1)}`, role: 'family-doctor' });
    await f.plan();
    expect(await toldOf(late)).toEqual(['centre0']);
    f.clock.at = at('2026-01-13', '20:30');
    await away('centre0', '2026-01-13', '2026-01-14', 'nurse');
    await claim();
    await f.plan();
    expect(await f.standing(late)).toMatchObject({ reason: 'digest', until: at('2026-01-14', '08:30') });
  });
});

describe('what one member of staff is told at the same moment', () => {
  it('is one message, and what comes before it has left joins it', async () => {
    f.clock.at = at('2026-01-12', '22:00');
    const keys = [await urgent(), await urgent()];
    await f.plan();
    keys.push(await urgent());
    await f.plan();
    expect(await f.messages(id('centre0'))).toMatchObject([{ urgent: true, notices: keys.toSorted() }]);
    const [message] = await claim();
    expect(message?.subject).toBe('今日工作：3 项');
    const later = await urgent();
    await f.plan();
    expect(await f.messages(id('centre0'))).toMatchObject([{ status: 'claimed' }, { notices: [later] }]);
  });

  it('is one message also for a deputy of two who are away', async () => {
    f.clock.at = at('2026-01-12', '22:00');
    await away('centre0', '2026-01-12', '2026-01-12', 'nurse');
    const mine = await f.notice(journey, { key: 'mine', urgent: true, role: 'centre-nurse' });
    await f.query('update notice set recipient_id = $2 where key = $1', [mine, id('nurse')]);
    const theirs = await urgent();
    await f.plan();
    expect(await f.messages(id('nurse'))).toMatchObject([{ notices: [mine, theirs].toSorted() }]);
  });
});
