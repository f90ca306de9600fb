import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLocalIssuer, type LocalIssuer } from '../../api/auth/local-issuer.ts';
import { asJourneyId, type JourneyId } from '../../domain/model/ids.ts';
import { makeIdentityNumber } from '../../domain/resident/identity-number.ts';
import { migrate } from '../../prisma/migrate.ts';
import { checkPromise } from '../../store/check-promise.ts';
import { publishDefinition } from '../../store/definitions.ts';
import type { StoreDeps } from '../../store/deps.ts';
import { openStore } from '../../store/open-store.ts';
import { upsertOrganisations } from '../../store/organisations.ts';
import { upsertStaff } from '../../store/staff.ts';
import { upsertResidents } from '../../store/upsert-residents.ts';
import { verifyReplay } from '../../store/verify-replay.ts';
import { CommandLoad } from '../support/command-load.ts';
import { crashSource } from '../support/crash-pathway.ts';
import { parts, System } from '../support/system.ts';

const journeyCount = 200;
const sleep = (ms: number): Promise<void> => new Promise((go) => setTimeout(go, ms));

/** Waits until a look at the system finds nothing wrong. @throws Error with what is still wrong after the limit */
async function until(what: string, limitMs: number, look: () => Promise<unknown[]>): Promise<void> {
  const end = Date.now() + limitMs;
  for (;;) {
    const wrong = await look();
    if (wrong.length === 0) return;
    if (Date.now() > end)
      throw new Error(`${what}: still ${wrong.length}, such as ${JSON.stringify(wrong.slice(0, 3))}`);
    await sleep(500);
  }
}

let system: System;
let store: StoreDeps;
let issuer: LocalIssuer;
let staff: string;
let journeys: JourneyId[];
let load: CommandLoad;

const query = async <T extends object>(sql: string, values: unknown[] = []): Promise<T[]> =>
  (await store.pool.query<T>(sql, values)).rows;

/** Deadlines that passed more than this long ago and that nobody has served. */
const unserved = (seconds: number): Promise<object[]> =>
  query(
    `select id, next_deadline_at from journey where ended_at is null and next_deadline_at < clock_timestamp() - make_interval(secs => $1)`,
    [seconds],
  );

beforeAll(async () => {
  system = await System.start();
  await migrate(system.databaseUrl);
  store = openStore(system.databaseUrl, { release: 'test' });
  const organisations = await upsertOrganisations(store, [
    { code: 'D', level: 'district', parent: null, names: ['示范区'] },
    { code: 'H', level: 'hospital', parent: 'D', names: ['区医院'] },
    { code: 'C', level: 'centre', parent: 'D', names: ['一号中心'] },
  ]);
  const people = await upsertStaff(store, [
    { code: 'coordinator', name: '区协调', role: 'district-coordinator', organisation: 'D' },
  ]);
  staff = people.get('coordinator') ?? '';
  await publishDefinition(store, crashSource, 'test');
  const residents = await upsertResidents(
    store,
    Array.from({ length: journeyCount }, (_, i) => ({
      name: `居民${i}`,
      identityNumber: makeIdentityNumber('990101', '1960-03-01', 1 + 2 * i),
      birthDate: '1960-03-01',
      sex: 'male' as const,
      phone: null,
      email: null,
      contractDoctor: null,
      centre: organisations.get('C') ?? '',
    })),
  );
  issuer = await openLocalIssuer(system.home);
  await system.up('worker');
  await system.up('api');
  const token = await issuer.sign(staff);
  journeys = [];
  for (const { id } of residents) {
    const answer = await fetch(`${system.url}/api/v1/journeys`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'idempotency-key': `enrol-${id}`,
      },
      body: JSON.stringify({ resident: id, pathway: 'crash' }),
    });
    const body = (await answer.json()) as { journey: string };
    expect(answer.status, JSON.stringify(body)).toBeLessThan(300);
    journeys.push(asJourneyId(body.journey));
  }
}, 240_000);

afterAll(async () => {
  await load?.end();
  await store?.pool.end();
  await system?.stop();
}, 60_000);

describe('kill -9 of every process in turn, with 200 journeys under way', () => {
  it('loses nothing, doubles nothing, and serves every deadline', async () => {
    system.simulator.order({ kind: 'cut-after', times: 10 });
    system.simulator.order({ kind: 'cut-before', times: 10 });
    system.simulator.order({ kind: 'busy', times: 10 });
    load = new CommandLoad(system.url, () => issuer.sign(staff), journeys);
    load.begin(8);
    for (const downMs of [4_000, 500])
      for (const part of parts) {
        await sleep(2_500);
        await system.kill(part);
        await sleep(downMs);
        await system.up(part);
      }
    await sleep(5_000);
    await load.end();
    for (let round = 0; load.unacknowledged.length > 0 && round < 20; round++) {
      await load.retryAll();
      await sleep(500);
    }

    // The test means something: work went on, some of it was cut off by the kills, and deadlines fell due meanwhile.
    expect(load.acknowledged.length).toBeGreaterThan(300);
    expect(load.failures).toBeGreaterThan(5);
    expect(load.unacknowledged).toEqual([]);

    // Every acknowledged command is in the log exactly once.
    const events = load.acknowledged.map(({ event }) => event);
    expect(new Set(events).size).toBe(events.length);
    const logged = await query<{ event_id: string; times: string }>(
      'select event_id, count(*) as times from journey_event where event_id = any($1) group by event_id',
      [events],
    );
    expect(logged.filter(({ times }) => Number(times) !== 1)).toEqual([]);
    expect(logged).toHaveLength(events.length);

    // An acknowledged command sent again is answered as it was.
    for (const { key, event, seq } of load.acknowledged.slice(0, 20))
      expect((await load.again(key)).body).toMatchObject({ event, seq });

    // Every acknowledged fact from outside has been taken up, or is kept with its refusal.
    await until('facts from outside wait', 60_000, () =>
      query(`select source, id from inbox where status not in ('done', 'refused')`),
    );
    const facts = await query<{ key: string }>(`select source || '/' || id as key from inbox`);
    expect(load.facts.filter((fact) => !facts.some(({ key }) => key === fact))).toEqual([]);

    // Every deadline that passed meanwhile is served, every poke made good, and none of it twice.
    // The journeys go on, so a moment's poke may always be on its way: none may be owed for long.
    await until('pokes are owed', 90_000, () =>
      query(
        `select id, poke_seq, poked_seq, poke_raised_at, armed_until, next_deadline_at from journey
         where poke_seq > poked_seq and poke_raised_at < clock_timestamp() - interval '15 seconds'`,
      ),
    );
    await until('deadlines are unserved', 90_000, () => unserved(5));
    const twice = await query(
      `select journey_id, e ->> 'step' as step, e ->> 'cycle' as cycle, e ->> 'rung' as rung, e ->> 'repeat' as repeat, count(*)
       from journey_event, jsonb_array_elements(effects::jsonb) e where e ->> 'kind' = 'RungRaised' group by 1, 2, 3, 4, 5 having count(*) > 1`,
    );
    expect(twice).toEqual([]);
    const [raised] = await query<{ count: string }>(
      `select count(*) from journey_event where kind = 'DeadlineReached'`,
    );
    expect(Number(raised?.count)).toBeGreaterThan(journeyCount / 2);

    // Every piece of outside work was done once, or is a person's task.
    await until('outside work is unfinished', 120_000, () =>
      query(`select id, status from outside_work where status in ('requested', 'started')`),
    );
    expect([...system.simulator.done()].filter(([, times]) => times !== 1)).toEqual([]);
    const done = await query<{ id: string }>(`select id from outside_work where status = 'done'`);
    expect(done.filter(({ id }) => !system.simulator.done().has(id))).toEqual([]);
    expect(done.length).toBeGreaterThan(20);

    // The log alone gives every journey as it is, and the promise holds.
    for (const journey of journeys)
      expect(await verifyReplay(store, journey)).toEqual({ patchesAgree: true, decidedOtherwise: [] });
    expect(await checkPromise(store)).toMatchObject({ openJourneys: journeyCount, broken: 0 });
  }, 600_000);

  it('with the Temporal store deleted, reconcile brings every clock back and the overdue ones fire', async () => {
    await system.loseTemporalStore();
    const yilu = spawn(process.execPath, ['cli/main.ts', 'reconcile', '--all'], {
      env: { ...process.env, ...system.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    yilu.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    yilu.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const code = await new Promise((done) => yilu.once('exit', done));
    expect(code, said).toBe(0);
    await until('clocks are not set', 60_000, () =>
      query(
        'select id from journey where ended_at is null and (poke_seq > poked_seq or armed_until is null)',
      ),
    );
    await until('deadlines are unserved', 60_000, () => unserved(5));
    // Deadlines go on being served by the clocks that came back: a minute on, each journey's next one too.
    const [before] = await query<{ count: string }>(
      `select count(*) from journey_event where kind = 'DeadlineReached'`,
    );
    await sleep(65_000);
    await until('deadlines are unserved', 30_000, () => unserved(5));
    const [after] = await query<{ count: string }>(
      `select count(*) from journey_event where kind = 'DeadlineReached'`,
    );
    expect(Number(after?.count)).toBeGreaterThan(Number(before?.count));
    expect(await checkPromise(store)).toMatchObject({ broken: 0 });
  }, 300_000);
});
