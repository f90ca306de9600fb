import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createComposer } from '../../../activities/dispatch/compose.ts';
import { createDispatchActivities } from '../../../activities/dispatch/dispatch-activities.ts';
import { keepDispatching } from '../../../activities/dispatch/keep-dispatching.ts';
import { underWay } from '../../../activities/under-way.ts';
import { civilText, civilDay } from '../../../domain/calendar/civil-day.ts';
import { compileCalendar, type CompiledCalendar } from '../../../domain/calendar/working-calendar.ts';
import { defaultMessagingRules } from '../../../domain/messaging/rules.ts';
import { asEventId, asStepRef, type JourneyId } from '../../../domain/model/ids.ts';
import { channels, type Channel } from '../../../domain/model/message.ts';
import { startMailCatcher } from '../../../local/mail-catcher.ts';
import { startSmsGateway, type SmsGateway } from '../../../local/sms-gateway.ts';
import { createProviders } from '../../../messaging/create-providers.ts';
import { advance } from '../../../store/advance.ts';
import { publishDefinition } from '../../../store/definitions.ts';
import type { StoreDeps } from '../../../store/deps.ts';
import { setMessagingRules } from '../../../store/messages/rules.ts';
import { upsertStaff } from '../../../store/staff.ts';
import { dispatchWorkflowId, journeyWorkflowId } from '../../../workflows/messages.ts';
import {
  type ClockFixture,
  clockFixture,
  connectTo,
  eventually,
  type MovedClock,
  movedClock,
} from '../../support/clock-fixture.ts';
import { festivalSource } from '../../support/festival-pathway.ts';
import { storeFixture, type StoreFixture } from '../../support/store-fixture.ts';

const secret = 'a secret of sixteen characters';
let f: StoreFixture;
let folder: string;
let clock: MovedClock;
let store: StoreDeps;
let calendar: CompiledCalendar;
let gateway: SmsGateway;
let mail: Awaited<ReturnType<typeof startMailCatcher>>;
let temporal: Awaited<ReturnType<typeof connectTo>>;
let worker: ClockFixture;
const stop = new AbortController();
/** How often the dispatch of a channel has looked from beginning to end. */
const rounds: Record<Channel, number> = { sms: 0, email: 0 };

beforeAll(async () => {
  f = await storeFixture();
  await upsertStaff(f.store, [
    {
      ...{ code: 'district', name: '区协调', role: 'district-coordinator', organisation: 'D' },
      email: 'district@example.org',
    },
    {
      ...{ code: 'manager0', name: '主任零', role: 'centre-manager', organisation: 'C0' },
      email: 'manager0@example.org',
    },
  ]);
  clock = movedClock();
  store = { ...f.store, clock };
  calendar = compileCalendar(await store.calendar());
  await publishDefinition(store, festivalSource, 'test');
  const rules = { ...defaultMessagingRules, publicHolidays: 'wait' as const };
  await setMessagingRules(store, f.organisations.get('D')!, rules, 'test');
  folder = await mkdtemp(join(tmpdir(), 'yilu-festival-'));
  gateway = await startSmsGateway({ secret });
  mail = await startMailCatcher({ folder });
  temporal = await connectTo(inject('temporalAddress'));
  const { url } = gateway;
  const sender = createDispatchActivities({
    ...{ store, underWay, signal: stop.signal, forMs: 100 },
    providers: createProviders({
      sms: [{ name: 'webhook', url, secret, idempotent: true, perSecond: 200, concurrency: 4 }],
      email: [{ smtpUrl: mail.smtpUrl, from: 'yilu@localhost', perSecond: 200, concurrency: 2 }],
    }),
    write: createComposer({ store }),
    result: () => undefined,
  });
  worker = await clockFixture(temporal, store, {
    activities: {
      async dispatch(channel: Channel) {
        await sender.dispatch(channel);
        rounds[channel] += 1;
      },
    },
  });
});
afterAll(async () => {
  stop.abort();
  for (const channel of channels)
    await worker?.client.workflow
      .getHandle(dispatchWorkflowId(channel))
      .terminate()
      .catch(() => undefined);
  await worker?.close();
  await temporal?.close();
  await gateway?.stop();
  await mail?.stop();
  await f?.close();
  await rm(folder, { recursive: true, force: true });
});

/** @param when `MM-DD HH:mm` of 2026, in the district */
const instantOf = (when: string): number => Date.parse(`2026-${when.replace(' ', 'T')}:00+08:00`);

/** @returns the journeys whose deadline has passed by then, or whose clock is yet to be set */
async function lateBy(instant: number): Promise<JourneyId[]> {
  const { rows } = await store.pool.query<{ id: JourneyId }>(
    `select id from journey where (ended_at is null and next_deadline_at <= $1) or poke_seq > poked_seq`,
    [new Date(instant).toISOString()],
  );
  return rows.map(({ id }) => id);
}

/** Makes it that moment, and waits until every clock that is due has rung and both channels have looked since. */
async function at(when: string): Promise<void> {
  clock.setTo(instantOf(when));
  for (const journey of await lateBy(instantOf(when))) {
    // Its timer runs in real time: one that is set anew has the time that is left by the clock that was moved.
    await worker.client.workflow
      .getHandle(journeyWorkflowId(journey))
      .terminate()
      .catch(() => undefined);
    await worker.clocks.poke(journey);
  }
  await eventually(`clocks at ${when}`, async () => (await lateBy(instantOf(when))).length === 0);
  const before = { ...rounds };
  await eventually(`both channels at ${when}`, () =>
    Promise.resolve(channels.every((channel) => rounds[channel] >= before[channel] + 2)),
  );
  await eventually(`nothing left to do at ${when}`, async () => {
    const { rows } = await store.pool.query(
      `select 1 from notice where status in ('queued', 'held') and planned_at is null
         and coalesce(held_until, due_at) <= $1
       union all select 1 from message where status in ('queued', 'claimed', 'sending')`,
      [new Date(instantOf(when)).toISOString()],
    );
    return rows.length === 0;
  });
}

async function enrolled(): Promise<{ resident: string; journey: JourneyId }> {
  f.clock.at = Date.now() + clock.ahead;
  const resident = await f.resident();
  return { resident, journey: await f.journey({ resident, pathway: 'festival' }) };
}

const done = (journey: JourneyId) =>
  advance(store, journey, {
    ...{ kind: 'OutcomeRecorded', id: asEventId(`done/${journey}`), step: asStepRef('visit#1') },
    by: { kind: 'staff', id: 'doctor', role: 'family-doctor' },
    outcome: 'done',
  });

interface Left {
  readonly to: string;
  readonly kind: 'notice' | 'digest';
  readonly templates: string[];
  readonly journeys: string[];
  readonly at: Date;
}

/** @returns what has left, the earliest first */
const left = async (): Promise<Left[]> =>
  (
    await store.pool.query<Left>(
      `select m.recipient_id as to, m.kind, coalesce(m.sent_at, m.claimed_at) as at,
         array(select n.template from message_notice mn join notice n on n.key = mn.notice_key
           where mn.message_id = m.id) as templates,
         array(select n.journey_id::text from message_notice mn join notice n on n.key = mn.notice_key
           where mn.message_id = m.id) as journeys
       from message m where m.status = 'sent' order by 3`,
    )
  ).rows;
const dayOf = (instant: Date): string => civilText(calendar.clock.dayOf(instant.getTime())).slice(5);
const hourOf = (instant: Date): string =>
  new Date(instant.getTime() + 8 * 3_600_000).toISOString().slice(11, 16);

it('a whole ladder over the Spring Festival: each at a decent hour of the right day, and none after the step is done', async () => {
  clock.setTo(instantOf('01-29 21:30'));
  const [long, short] = [await enrolled(), await enrolled()];
  await keepDispatching(worker.client, worker.taskQueue);
  const nothingNew = async (...moments: string[]): Promise<void> => {
    const before = (await left()).length;
    for (const moment of moments) await at(moment);
    expect((await left()).slice(before), moments.join()).toEqual([]);
  };
  // It is night, and then not yet the hour of what is routine.
  await nothingNew('01-29 21:31', '01-30 07:00');
  await at('01-30 10:01');
  await at('02-09 09:59');
  const told = async ({ resident }: { resident: string }): Promise<[string, string][]> =>
    (await left()).filter(({ to }) => to === resident).map((one) => [one.templates.join(), dayOf(one.at)]);
  expect(await told(long)).toEqual([['start', '01-30']]);
  await at('02-09 10:01');
  await at('02-12 10:01');
  // A Saturday that is worked in exchange.
  await at('02-14 10:01');
  await nothingNew('02-16 10:01', '02-17 10:01', '02-20 12:00');
  expect((await done(short.journey)).status).toBe('committed');
  await at('02-24 08:01');
  expect((await told(long)).at(-1)).toEqual(['overdue', '02-12']);
  await at('02-24 10:01');
  await at('02-26 10:01');
  await at('02-27 15:00');
  expect((await done(long.journey)).status).toBe('committed');
  const before = (await left()).length;
  for (const moment of ['02-28 10:01', '03-02 10:01', '03-06 10:01']) await at(moment);

  const all = await left();
  expect(all.slice(before)).toEqual([]);
  expect(await told(long)).toEqual([
    ['start', '01-30'],
    ['before', '02-09'],
    ['overdue', '02-12'],
    // It was called for on a holiday, and waited for the first day that is none.
    ['again', '02-24'],
  ]);
  expect(await told(short)).toEqual([
    ['start', '01-30'],
    ['before', '02-09'],
    ['overdue', '02-12'],
  ]);
  const residents = [long.resident, short.resident];
  const people = await store.pool.query<{ id: string; code: string }>('select id, code from staff');
  const codeOf = new Map(people.rows.map(({ id, code }) => [id, code]));
  const toStaff = all.filter(({ to }) => !residents.includes(to));
  expect(toStaff.map(({ to }) => codeOf.get(to))).toContain('centre0');
  const urgent = toStaff.filter(({ kind }) => kind === 'notice');
  expect(urgent.map((one) => [codeOf.get(one.to), dayOf(one.at), one.journeys])).toEqual([
    ['manager0', '02-24', [long.journey]],
    ['district', '02-26', [long.journey]],
  ]);
  // The owner is told of the rung in a digest, of that Saturday or of the first morning after the festival.
  const { rows: owner } = await store.pool.query<{ status: string; at: Date }>(
    `select n.status, n.finished_at as at from notice n where n.journey_id = $1 and n.recipient_role = 'family-doctor'`,
    [long.journey],
  );
  for (const one of owner) expect(['02-14', '02-24']).toContain(dayOf(one.at));
  expect(owner.map(({ status }) => status)).toEqual(['sent']);

  for (const one of all) {
    expect(hourOf(one.at) >= '08:00' && hourOf(one.at) < '20:00', `${dayOf(one.at)} ${hourOf(one.at)}`).toBe(
      true,
    );
    if (residents.includes(one.to)) expect(hourOf(one.at) >= '10:00').toBe(true);
    else expect(calendar.isWorkingDay(civilDay(`2026-${dayOf(one.at)}`)), dayOf(one.at)).toBe(true);
  }
  for (const resident of residents) {
    const days = all.filter(({ to }) => to === resident).map((one) => dayOf(one.at));
    expect(new Set(days).size).toBe(days.length);
  }
  expect([...gateway.deliveries().values()]).toEqual([1, 1, 1, 1, 1, 1, 1]);
  const letters = (await (await fetch(`${mail.url}/messages`)).json()) as unknown[];
  expect(letters).toHaveLength(toStaff.length);
});
