import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createHttpProvider } from '../../activities/http-provider.ts';
import { createJourneyActivities } from '../../activities/journey-activities.ts';
import { createOutsideWorkActivities } from '../../activities/outside-work-activities.ts';
import { type Clocks, createClocks } from '../../activities/poke-journey.ts';
import { clockRecord, workRecord } from '../../activities/store-record.ts';
import { underWay } from '../../activities/under-way.ts';
import { withoutWords } from '../../activities/without-words.ts';
import type { JourneyId } from '../../domain/model/ids.ts';
import type { Clock } from '../../store/clock.ts';
import type { StoreDeps } from '../../store/deps.ts';
import { workflowBundle } from '../../worker/bundle.ts';
import { journeyWorkflowId } from '../../workflows/messages.ts';

// Failing attempts are what several tests are about; they are counted, not printed.
Runtime.install({ logger: new DefaultLogger('ERROR') });

/** Real time, moved: a deadline in two weeks can be brought to within a second. */
export interface MovedClock extends Clock {
  /** Milliseconds ahead of real time. */
  ahead: number;
  /** Makes it this instant now. */
  setTo(at: number): void;
}

export function movedClock(): MovedClock {
  const clock: MovedClock = {
    ahead: 0,
    now: () => Promise.resolve(Date.now() + clock.ahead),
    setTo: (at) => {
      clock.ahead = at - Date.now();
    },
  };
  return clock;
}

export interface ClockFixture {
  readonly client: Client;
  readonly clocks: Clocks;
  readonly taskQueue: string;
  /** Codes of the attempts that failed, as `activity: code`. */
  readonly failures: readonly string[];
  /** The JSON of the history's events, newest last. */
  history(workflowId: string): Promise<{ events: { eventType: string }[] }>;
  close(): Promise<void>;
}

interface Connections {
  readonly connection: Connection;
  readonly nativeConnection: NativeConnection;
  readonly namespace?: string;
}

/** A worker over real connections, on a task queue of its own. */
export async function clockFixture(
  { connection, nativeConnection, namespace = 'default' }: Connections,
  store: StoreDeps,
  options: { readonly bookingUrl?: string; readonly activities?: object } = {},
): Promise<ClockFixture> {
  const taskQueue = `yilu-${randomUUID()}`;
  const failures: string[] = [];
  const report = (activity: string, code: string): void => void failures.push(`${activity}: ${code}`);
  const booking = options.bookingUrl
    ? createHttpProvider({ url: options.bookingUrl, timeoutMs: 2_000 })
    : undefined;
  const worker = await Worker.create({
    connection: nativeConnection,
    namespace,
    taskQueue,
    workflowBundle: await workflowBundle(),
    activities: {
      ...options.activities,
      ...withoutWords(
        createJourneyActivities(clockRecord(store), async () => (await store.calendar()).zone),
        report,
      ),
      ...withoutWords(
        createOutsideWorkActivities({ record: workRecord(store), providers: () => booking, underWay }),
        report,
      ),
    },
  });
  const running = worker.run();
  const client = new Client({ connection, namespace });
  return {
    client,
    clocks: createClocks(client, taskQueue),
    taskQueue,
    failures,
    async history(workflowId) {
      const history = await client.workflow.getHandle(workflowId).fetchHistory();
      return JSON.parse(JSON.stringify(history)) as { events: { eventType: string }[] };
    },
    async close() {
      worker.shutdown();
      await running;
    },
  };
}

export async function connectTo(address: string): Promise<Connections & { close(): Promise<void> }> {
  const connection = await Connection.connect({ address });
  const nativeConnection = await NativeConnection.connect({ address });
  return {
    connection,
    nativeConnection,
    async close() {
      await connection.close();
      await nativeConnection.close();
    },
  };
}

/** Waits for something to become true; how long it takes is not what is tested. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined | false>): Promise<T> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    await sleep(100);
  }
  throw new Error(`never happened: ${what}`);
}

/** @returns what is written in the payloads of a history, as text */
export const payloadsOf = (history: object): string =>
  [...JSON.stringify(history).matchAll(/"data":"([A-Za-z0-9+/=]*)"/gu)]
    .map(([, data]) => Buffer.from(data ?? '', 'base64').toString('utf8'))
    .join('\n');

export interface ClockRowNow {
  readonly next: number | null;
  readonly armed: number | null;
  readonly owed: boolean;
  readonly ended: boolean;
}

export async function rowOf(store: Pick<StoreDeps, 'pool'>, journey: JourneyId): Promise<ClockRowNow> {
  const { rows } = await store.pool.query<{
    next: Date | null;
    armed: Date | null;
    owed: boolean;
    ended: boolean;
  }>(
    `select next_deadline_at as next, armed_until as armed, poke_seq > poked_seq as owed, ended_at is not null as ended
     from journey where id = $1`,
    [journey],
  );
  const row = rows[0];
  if (!row) throw new Error(`no journey ${journey}`);
  return { ...row, next: row.next?.getTime() ?? null, armed: row.armed?.getTime() ?? null };
}

/** @returns once the clock is set for the journey's next deadline and nothing is owed */
export const untilArmed = (store: StoreDeps, journey: JourneyId): Promise<ClockRowNow> =>
  eventually(`${journeyWorkflowId(journey)} armed`, async () => {
    const row = await rowOf(store, journey);
    return !row.owed && row.armed === row.next && row;
  });

export const kindsOf = async (store: StoreDeps, journey: JourneyId): Promise<string[]> => {
  const { rows } = await store.pool.query<{ kind: string }>(
    'select kind from journey_event where journey_id = $1 order by seq',
    [journey],
  );
  return rows.map((row) => row.kind);
};
