import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { officialCalendar } from '../../../domain/calendar/working-calendar.ts';
import { asEventId, stepRef } from '../../../domain/model/ids.ts';
import { advance } from '../../../store/advance.ts';
import { calendarByVersion, currentCalendar, setCalendar } from '../../../store/calendar.ts';
import { listDefinitions, publishDefinition, showDefinition } from '../../../store/definitions.ts';
import { Conflict, EventIdReused, NotFound } from '../../../store/errors.ts';
import { drainInbox, receiveInbox, type InboxMessage } from '../../../store/inbox.ts';
import { upsertOrganisations } from '../../../store/organisations.ts';
import { holdOutgoing, outgoingHold, releaseOutgoing } from '../../../store/outgoing.ts';
import { openOutsideWork, outsideWorkById, startOutsideWork } from '../../../store/outside-work.ts';
import { residentById } from '../../../store/residents.ts';
import { rows } from '../../../store/sql.ts';
import { upsertStaff } from '../../../store/staff.ts';
import { stuck } from '../../../store/stuck.ts';
import { upsertResidents, type ResidentInput } from '../../../store/upsert-residents.ts';
import { waitingToLeave } from '../../../store/waiting-to-leave.ts';
import { verifyReplay } from '../../../store/verify-replay.ts';
import { warnings } from '../../../store/warnings.ts';
import { doctor } from '../../support/random-walk.ts';
import { smallSource } from '../../support/small-pathway.ts';
import {
  fixtureStart,
  identityNumber,
  storeFixture,
  type StoreFixture,
} from '../../support/store-fixture.ts';

let f: StoreFixture;
beforeAll(async () => {
  f = await storeFixture();
});
afterAll(() => f.close());

describe('history', () => {
  it.each(['journey_event', 'pathway_definition'])(
    '%s is written once: PostgreSQL refuses to change it',
    async (table) => {
      await f.journey();
      for (const change of [`delete from ${table}`, `truncate ${table} cascade`])
        await expect(f.store.pool.query(change)).rejects.toThrow(/append-only/u);
      const column = table === 'journey_event' ? 'kind' : 'published_by';
      await expect(f.store.pool.query(`update ${table} set ${column} = 'x'`)).rejects.toThrow(/append-only/u);
    },
  );

  it('PostgreSQL itself refuses an open journey without a deadline', async () => {
    const journey = await f.journey();
    await expect(
      f.store.pool.query('update journey set next_deadline_at = null where id = $1', [journey]),
    ).rejects.toThrow(/journey_never_stranded/u);
  });

  it('is not rewritten by an edited calendar', async () => {
    const journey = await f.journey();
    const edited = { ...officialCalendar(), version: 'edited-1', years: {} };
    await setCalendar(f.store.pool, edited, 'test');
    expect((await currentCalendar(f.store.pool)).version).toBe('edited-1');
    expect((await calendarByVersion(f.store.pool, officialCalendar().version)).years).not.toEqual({});
    await setCalendar(f.store.pool, edited, 'test');
    await expect(setCalendar(f.store.pool, { ...edited, zone: 'UTC' }, 'test')).rejects.toBeInstanceOf(
      Conflict,
    );
    expect(await verifyReplay(f.store, journey)).toEqual({ patchesAgree: true, decidedOtherwise: [] });
  });
});

describe('definitions', () => {
  it('get the next version, never over an existing one, and none when nothing changed', async () => {
    const source = { ...smallSource, pathway: 'versions' };
    const publish = (title: string) =>
      publishDefinition(f.store, { ...source, title: { zh: title, en: title } }, 'test');
    expect(await publish('a')).toMatchObject({ version: 1, published: true });
    expect(await publish('a')).toMatchObject({ version: 1, published: false });
    const both = await Promise.all([publish('b'), publish('b')]);
    expect(both.map(({ version }) => version)).toEqual([2, 2]);
    expect(both.filter(({ published }) => published)).toHaveLength(1);
    expect(await publish('a')).toMatchObject({ version: 3, published: true });
    const listed = (await listDefinitions(f.store)).filter(({ pathway }) => pathway === 'versions');
    expect(listed.map(({ version, title }) => [version, title.zh])).toEqual([
      [3, 'a'],
      [2, 'b'],
      [1, 'a'],
    ]);
    expect((await showDefinition(f.store, 'versions', 2))?.title.en).toBe('b');
    expect((await showDefinition(f.store, 'versions'))?.version).toBe(3);
    expect(await showDefinition(f.store, 'versions', 9)).toBeNull();
  });

  it('keep the order of stages and steps, which decides where a journey starts', async () => {
    await publishDefinition(f.store, { ...smallSource, pathway: 'ordered' }, 'test');
    const shown = await showDefinition(f.store, 'ordered');
    expect(Object.keys(shown?.source.stages ?? {})).toEqual(Object.keys(smallSource.stages));
  });

  it('move a running journey only when asked', async () => {
    const journey = await f.journey();
    await publishDefinition(f.store, { ...smallSource, title: { zh: '新', en: 'New' } }, 'test');
    const migrated = { kind: 'Migrated', by: doctor, reason: 'new guideline' } as const;
    expect(
      await advance(f.store, journey, { ...migrated, id: asEventId(`${journey}/9`), toVersion: 9 }),
    ).toMatchObject({ status: 'refused', refusal: { refused: 'MigrationImpossible' } });
    expect(
      await advance(f.store, journey, { ...migrated, id: asEventId(`${journey}/2`), toVersion: 2 }),
    ).toMatchObject({ status: 'committed', state: { version: 2 } });
    expect(await verifyReplay(f.store, journey)).toEqual({ patchesAgree: true, decidedOtherwise: [] });
  });
});

describe('the tree of organisations and its staff', () => {
  it('is written in any order, and again without a change', async () => {
    const tree = [
      { code: 'T9', level: 'team', parent: 'C9', names: ['团队'] },
      { code: 'C9', level: 'centre', parent: 'D9', names: ['九号中心', 'Ninth', '九中心'] },
      { code: 'D9', level: 'district', parent: null, names: ['第九区'] },
    ] as const;
    const first = await upsertOrganisations(f.store, tree);
    expect(await upsertOrganisations(f.store, tree)).toEqual(first);
    const [row] = await rows(
      f.store.pool,
      '',
      'select parent_id as parent from organisation where code = $1',
      ['T9'],
    );
    expect(row).toEqual({ parent: first.get('C9') });
  });

  it('refuses a parent of the wrong level, an unknown organisation and an unknown deputy', async () => {
    const wrong = { code: 'C8', level: 'centre', parent: 'H', names: ['x'] } as const;
    await expect(upsertOrganisations(f.store, [wrong])).rejects.toBeInstanceOf(Conflict);
    const person = { code: 'p', name: 'p', role: 'centre-nurse', organisation: 'C0' } as const;
    await expect(upsertStaff(f.store, [{ ...person, organisation: 'none' }])).rejects.toThrow('none');
    await expect(upsertStaff(f.store, [{ ...person, deputy: 'nobody' }])).rejects.toThrow('nobody');
  });
});

describe('importing residents', () => {
  const row = (n: number, more: Partial<ResidentInput> = {}): ResidentInput => ({
    name: `导入${n}`,
    identityNumber: identityNumber(5_000 + n),
    birthDate: '1960-02-29',
    sex: 'male',
    phone: `1991${String(n).padStart(7, '0')}`,
    centre: f.organisations.get('C0') ?? '',
    ...more,
  });
  const changes = async (list: readonly ResidentInput[]) =>
    (await upsertResidents(f.store, list)).map(({ change }) => change);

  it('writes what is new or changed, in order, and touches nothing else', async () => {
    const list = Array.from({ length: 2_500 }, (_, n) => row(n));
    expect(new Set(await changes(list))).toEqual(new Set(['created']));
    const stamp = () =>
      rows(
        f.store.pool,
        '',
        `select count(*) as n, max(updated_at) as at, sum(xmin::text::bigint) as x from resident`,
      );
    const before = await stamp();
    expect(new Set(await changes(list))).toEqual(new Set(['unchanged']));
    expect(await stamp()).toEqual(before);
    expect(
      await changes([row(0, { name: '改名' }), row(1), row(9_000), row(2, { phone: '19999999999' })]),
    ).toEqual(['changed', 'unchanged', 'created', 'changed']);
  });

  it('takes an empty field as not said, and never deletes what is known', async () => {
    await changes([row(1, { email: 'known@example.org', locale: 'en' })]);
    const { phone: _, ...withoutPhone } = row(1);
    expect(await changes([{ ...withoutPhone, email: null }])).toEqual(['unchanged']);
    const [{ id } = { id: '' }] = await upsertResidents(f.store, [row(1)]);
    expect(await residentById(f.store, f.callers.district, id)).toMatchObject({
      email: 'known@example.org',
      locale: 'en',
      phone: row(1).phone,
    });
  });

  it('asks for a transfer when somebody under way appears with another centre, and moves whoever is not', async () => {
    const centre = f.organisations.get('C1') ?? '';
    const [{ id } = { id: '' }] = await upsertResidents(f.store, [row(3)]);
    await f.journey({ resident: id });
    expect(await upsertResidents(f.store, [row(3, { centre }), row(4, { centre })])).toMatchObject([
      { change: 'unchanged', transferNeeded: true },
      { change: 'changed', transferNeeded: false },
    ]);
  });
});

describe('the inbox', () => {
  const message = async (id: string, outcome = 'completed'): Promise<InboxMessage> => ({
    source: 'survey',
    id,
    journey: await f.journey(),
    body: {
      kind: 'OutcomeRecorded',
      by: { kind: 'outside', system: 'survey' },
      step: stepRef('questions', 1),
      outcome,
      facts: { points: 5 },
    },
  });

  it('commits a fact once, then advances the journey, and keeps a refusal', async () => {
    const [good, bad] = [await message('good'), await message('bad', 'nonsense')];
    expect(await receiveInbox(f.store, good)).toBe(true);
    expect(await receiveInbox(f.store, good)).toBe(false);
    await expect(receiveInbox(f.store, { ...good, journey: bad.journey })).rejects.toBeInstanceOf(
      EventIdReused,
    );
    await receiveInbox(f.store, bad);
    const drained = await drainInbox(f.store, 10);
    expect(drained).toMatchObject([
      { id: 'good', status: 'done', poke: true },
      { id: 'bad', status: 'refused', refusal: { refused: 'OutcomeNotAccepted' } },
    ]);
    expect(await drainInbox(f.store, 10)).toEqual([]);
    const [kept] = await rows<{ refusal: { refused: string } }>(
      f.store.pool,
      '',
      `select refusal from inbox where id = 'bad'`,
    );
    expect(kept?.refusal.refused).toBe('OutcomeNotAccepted');
  });

  it('takes a fact once although two processes drain', async () => {
    const fact = await message('twice');
    await receiveInbox(f.store, fact);
    await Promise.all([drainInbox(f.store, 10), drainInbox(f.store, 10)]);
    const [log] = await rows<{ n: number }>(
      f.store.pool,
      '',
      'select count(*) as n from journey_event where journey_id = $1',
      [fact.journey],
    );
    expect(log?.n).toBe(2);
  });

  it('refuses a fact about a journey that is not there', async () => {
    const fact = await message('lost');
    const nobody = '00000000-0000-4000-8000-00000000dead' as never;
    await expect(receiveInbox(f.store, { ...fact, journey: nobody })).rejects.toBeInstanceOf(NotFound);
  });
});

describe('what leaves the house', () => {
  it('outside work is started once, and known to be perhaps under way after that', async () => {
    const journey = await f.journey({ stage: 'imaging' });
    const work = (await openOutsideWork(f.store)).find((row) => row.journey === journey);
    expect(work).toMatchObject({ provider: 'booking', status: 'requested' });
    const id = work?.id as never;
    expect(await startOutsideWork(f.store, id)).toBe('first');
    expect(await startOutsideWork(f.store, id)).toBe('again');
    await advance(f.store, journey, {
      kind: 'OutsideWorkFinished',
      id: asEventId(`${journey}/done`),
      by: { kind: 'outside', system: 'booking' },
      work: id,
      step: stepRef('book-ct', 1),
      result: { status: 'done', outcome: 'booked', appointmentAt: fixtureStart + 86_400_000 },
    });
    expect(await startOutsideWork(f.store, id)).toBe('no');
    expect(await outsideWorkById(f.store, id)).toMatchObject({ status: 'done' });
  });

  it('a notice to a role is withdrawn with its step', async () => {
    const journey = await f.journey();
    const reached = { kind: 'DeadlineReached', by: { kind: 'system' } } as const;
    for (let n = 0; n < 3; n += 1)
      await advance(f.store, journey, reached, { at: fixtureStart + (14 + n) * 86_400_000 });
    const toStaff = () =>
      rows<{ status: string }>(
        f.store.pool,
        '',
        `select distinct status from notice where journey_id = $1 and recipient_kind = 'staff'`,
        [journey],
      );
    expect(await toStaff()).toEqual([{ status: 'queued' }]);
    await advance(
      f.store,
      journey,
      {
        kind: 'OutcomeRecorded',
        id: asEventId(`${journey}/done`),
        by: doctor,
        step: stepRef('questions', 1),
        outcome: 'completed',
        facts: { points: 5 },
      },
      { at: fixtureStart + 20 * 86_400_000 },
    );
    expect(await toStaff()).toEqual([{ status: 'superseded' }]);
  });

  it('a notice that reached nobody is counted, and seen among what is stuck', async () => {
    const journey = await f.journey();
    const before = (await warnings(f.store)).failedNotices;
    await f.store.pool.query(
      `insert into notice (key, journey_id, step, recipient_kind, template, parameters, due_at, status, finished_at)
       values ('nobody', $1, 'questions#1', 'resident', 'reminder-resident', '{}', now(), 'failed', now())`,
      [journey],
    );
    expect((await warnings(f.store)).failedNotices).toBe(before + 1);
    const late = { ...f.store, clock: { now: async () => f.clock.at + 15 * 86_400_000 } };
    await f.store.pool.query(
      `update journey set next_deadline_at = now() + interval '1 year' where id = $1`,
      [journey],
    );
    const { items } = await stuck(late, f.callers.district, { limit: 500 });
    expect(items.find((item) => item.journey === journey)?.reason).toBe('noticeFailed');
  });

  it('is held after a restore until a person releases it', async () => {
    const journey = await f.journey({ stage: 'imaging' });
    await holdOutgoing(f.store, 'restored to yesterday', 'test');
    expect(await outgoingHold(f.store)).toMatchObject({ reason: 'restored to yesterday', by: 'test' });
    expect(await openOutsideWork(f.store)).toEqual([]);
    expect((await waitingToLeave(f.store)).oldest).toContainEqual(
      expect.objectContaining({ kind: 'outsideWork', journey }),
    );
    expect(await releaseOutgoing(f.store, 'on-call')).toBeGreaterThan(0);
    expect((await openOutsideWork(f.store)).some((work) => work.journey === journey)).toBe(true);
    expect(
      await rows(f.store.pool, '', `select value, updated_by from setting where key = 'outgoing.released'`),
    ).toMatchObject([{ value: { reason: 'restored to yesterday', heldBy: 'test' }, updated_by: 'on-call' }]);
  });
});
