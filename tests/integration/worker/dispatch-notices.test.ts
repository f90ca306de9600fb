import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StaffRole } from '../../../domain/model/role.ts';
import { upsertStaff } from '../../../store/staff.ts';
import { stuck } from '../../../store/stuck.ts';
import { warnings } from '../../../store/warnings.ts';
import { startMailCatcher } from '../../../local/mail-catcher.ts';
import { createDispatcher } from '../../../worker/dispatch-notices.ts';
import { storeFixture, type StoreFixture } from '../../support/store-fixture.ts';

let fixture: StoreFixture;
let folder: string;
let mail: Awaited<ReturnType<typeof startMailCatcher>>;
beforeAll(async () => {
  fixture = await storeFixture();
  folder = await mkdtemp(join(tmpdir(), 'yilu-mail-'));
  mail = await startMailCatcher({ folder });
});
afterAll(async () => {
  await mail?.stop();
  await rm(folder, { recursive: true, force: true });
  await fixture?.close();
});

const dispatcher = (smtpUrl: string, results: string[]) =>
  createDispatcher({
    store: fixture.store,
    mail: createTransport(smtpUrl),
    from: 'yilu@localhost',
    result: (result) => void results.push(result),
  });

const statuses = async (): Promise<string[]> => {
  const { rows } = await fixture.store.pool.query<{ status: string }>(
    'select status from notice order by key',
  );
  return rows.map((row) => row.status);
};
const dueAgain = () => fixture.store.pool.query(`update notice set due_at = now() where status = 'queued'`);

it('keeps notices while the mail server is away, and then sends each once, also from two processes', async () => {
  for (let count = 0; count < 5; count++) await fixture.journey();
  await dueAgain();
  const results: string[] = [];
  await expect(dispatcher('smtp://127.0.0.1:1', results)()).rejects.toThrow();
  expect(results).toEqual(['again']); // the others were not even tried
  expect(new Set(await statuses())).toEqual(new Set(['queued']));

  await dueAgain();
  await Promise.all([dispatcher(mail.smtpUrl, results)(), dispatcher(mail.smtpUrl, results)()]);
  await dispatcher(mail.smtpUrl, results)();
  const all = await statuses();
  expect(new Set(all)).toEqual(new Set(['sent']));
  expect(results.filter((result) => result === 'sent')).toHaveLength(all.length);
});

describe('a ladder ends at a person', () => {
  /** Mail servers refuse some addresses, for now or for good. */
  const told = async (refuse: Readonly<Record<string, number>> = {}): Promise<string[]> => {
    const sent: string[] = [];
    const sendMail = async ({ to }: { to: string }): Promise<void> => {
      const responseCode = refuse[to];
      if (responseCode !== undefined) throw Object.assign(new Error('refused'), { responseCode });
      sent.push(to);
    };
    const round = createDispatcher({
      store: fixture.store,
      mail: { sendMail } as never,
      from: 'yilu@localhost',
      result: () => undefined,
    });
    await round();
    return sent.toSorted((a, b) => a.localeCompare(b));
  };
  let keys = 0;
  async function notice(role: string, staff: string | null = null): Promise<() => Promise<string[]>> {
    const journey = await fixture.journey({ centre: 'C2' });
    await fixture.store.pool.query(`update notice set status = 'superseded' where status = 'queued'`);
    const key = `key-${(keys += 1)}`;
    await fixture.store.pool.query(
      `insert into notice (key, journey_id, step, recipient_kind, recipient_role, recipient_id, template, parameters, due_at)
       values ($1, $2, 'questions#1', $3, $4, $5, $6, '{}', now())`,
      role === 'resident'
        ? [key, journey, 'resident', null, null, 'reminder-resident']
        : [key, journey, 'staff', role, staff, 'reminder-staff'],
    );
    return async () => {
      const { rows } = await fixture.store.pool.query<{ status: string; error: string | null }>(
        'select status, error from notice where key = $1',
        [key],
      );
      return [rows[0]?.status ?? '', ...(rows[0]?.error ? [rows[0].error] : [])];
    };
  }
  const staff = (code: string, role: string, organisation: string, deputy: string | null = null) =>
    upsertStaff(fixture.store, [
      { code, name: code, role: role as StaffRole, organisation, email: `${code}@example.org`, deputy },
    ]).then((ids) => ids.get(code) ?? '');
  const leave = (code: string) =>
    fixture.store.pool.query('update staff set active = false where code = $1', [code]);

  it('an address that fails stops nobody else, and nobody is told twice', async () => {
    for (const code of ['cm1', 'cm2', 'cm3']) await staff(code, 'centre-manager', 'C2');
    const [cm1, cm2, cm3] = ['cm1@example.org', 'cm2@example.org', 'cm3@example.org'];
    const state = await notice('centre-manager');
    expect(await told({ [cm1]: 550, [cm2]: 450 })).toEqual([cm3]);
    expect(await state()).toEqual(['queued', 'Error']);
    await dueAgain();
    expect(await told()).toEqual([cm2]);
    expect(await state()).toEqual(['sent']);
    for (const code of ['cm1', 'cm2', 'cm3']) await leave(code);
  });

  it('goes to the deputy, then to others of the role, then to the manager, then to the district', async () => {
    const deputy = await staff('deputy', 'centre-nurse', 'C2');
    expect(deputy).not.toBe('');
    const addressed = await staff('addressed', 'family-doctor', 'C2', 'deputy');
    await staff('other', 'family-doctor', 'C2');
    await staff('manager', 'centre-manager', 'C2');
    await staff('coordinator', 'district-coordinator', 'D');
    for (const [code, next] of [
      ['addressed', 'deputy'],
      ['deputy', 'other'],
      ['other', 'manager'],
      ['manager', 'coordinator'],
    ]) {
      const before = await notice('family-doctor', addressed);
      expect(await told()).toEqual([`${code}@example.org`]);
      expect(await before()).toEqual(['sent']);
      await leave(code ?? '');
      const after = await notice('family-doctor', addressed);
      expect(await told()).toEqual([`${next}@example.org`]);
      expect(await after()).toEqual(['sent']);
    }
    const state = await notice('hospital-manager');
    expect(await told({ 'coordinator@example.org': 550 })).toEqual([]);
    expect(await state()).toEqual(['failed', 'refused']);
  });

  it('a reminder of the day before yesterday is not sent to a resident any more', async () => {
    const state = await notice('resident');
    await fixture.store.pool.query(
      `update notice set queued_at = now() - interval '25 hours' where status = 'queued'`,
    );
    expect(await told()).toEqual([]);
    expect(await state()).toEqual(['expired']);
  });

  it('is counted and seen when it reached nobody', async () => {
    const journey = await fixture.journey();
    const before = (await warnings(fixture.store)).failedNotices;
    await fixture.store.pool.query(
      `insert into notice (key, journey_id, step, recipient_kind, template, parameters, due_at, status, finished_at)
       values ('nobody', $1, 'questions#1', 'resident', 'reminder-resident', '{}', now(), 'failed', now())`,
      [journey],
    );
    expect((await warnings(fixture.store)).failedNotices).toBe(before + 1);
    const late = { ...fixture.store, clock: { now: async () => fixture.clock.at + 15 * 86_400_000 } };
    await fixture.store.pool.query(
      `update journey set next_deadline_at = now() + interval '1 year' where id = $1`,
      [journey],
    );
    const { items } = await stuck(late, fixture.callers.district, { limit: 500 });
    expect(items.find((item) => item.journey === journey)?.reason).toBe('noticeFailed');
  });
});

it('a notice that reaches nobody has failed, and says so', async () => {
  const journey = await fixture.journey();
  await fixture.store.pool.query(
    `update resident set email = null where id = (select resident_id from journey where id = $1)`,
    [journey],
  );
  await dueAgain();
  await dispatcher(mail.smtpUrl, [])();
  const { rows } = await fixture.store.pool.query<{ status: string; error: string }>(
    'select status, error from notice where journey_id = $1',
    [journey],
  );
  expect(rows).toContainEqual({ status: 'failed', error: 'no-address' });
});
