import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { Logger } from 'pino';
import { createComposer } from '../activities/dispatch/compose.ts';
import { createDispatchActivities } from '../activities/dispatch/dispatch-activities.ts';
import { keepDispatching } from '../activities/dispatch/keep-dispatching.ts';
import { createNoticeLinks } from '../activities/dispatch/notice-links.ts';
import { createHttpProvider } from '../activities/http-provider.ts';
import { createJourneyActivities } from '../activities/journey-activities.ts';
import { createOutsideWorkActivities } from '../activities/outside-work-activities.ts';
import { createClocks } from '../activities/poke-journey.ts';
import { clockRecord, reachDeadline, workRecord } from '../activities/store-record.ts';
import { underWay } from '../activities/under-way.ts';
import { withoutWords } from '../activities/without-words.ts';
import { channels } from '../domain/model/message.ts';
import { linkSignerOf } from '../messaging/link-settings.ts';
import { createProviders } from '../messaging/create-providers.ts';
import { DatabaseNewerError } from '../prisma/database-newer-error.ts';
import { migrate } from '../prisma/migrate.ts';
import { adoptShippedYears } from '../store/adopt-shipped-years.ts';
import { calendarsToRecompute, markRecomputed } from '../store/calendars-to-recompute.ts';
import { drainInbox } from '../store/inbox.ts';
import { openStore } from '../store/open-store.ts';
import { noticeRestore } from '../store/outgoing.ts';
import { unanswered, urgentPokes } from '../store/owed-pokes.ts';
import { raisePoke, unservedRows } from '../store/pokes.ts';
import { recomputeDeadlines } from '../store/recompute-deadlines.ts';
import { expandPools } from '../store/slots/expand-pools.ts';
import { expireHolds } from '../store/slots/expire-holds.ts';
import { offerWhatIsFree } from '../store/slots/waiting-list.ts';
import { taskQueue } from '../workflows/messages.ts';
import { workflowBundle } from './bundle.ts';
import { createCalendarWatch } from './calendar-watch.ts';
import { createCalmLane } from './calm-lane.ts';
import { inParallel } from './in-parallel.ts';
import { loop, untilItWorks } from './loop.ts';
import { createMetrics, serveMetrics } from './metrics.ts';
import { reconcile } from './reconcile.ts';
import { createRelay } from './relay.ts';
import { createRestoreWatch } from './restore-watch.ts';
import type { WorkerSettings } from './settings.ts';
import { createSlotRounds } from './slot-rounds.ts';
import { untilAnswered } from './until-answered.ts';
import { createWatchdog } from './watchdog.ts';

export interface StartedWorker {
  /** Resolves once everything has stopped; work under way is finished first. */
  stop(): Promise<void>;
  /** Settles when the worker has stopped by itself, which only an error that waiting cannot help brings about. */
  readonly stopped: Promise<void>;
}

/** A workflow of a channel that somebody terminated is begun again after this long. */
const DISPATCH_CHECK_MS = 15_000;
/** Two workers that look at once do the work once; it is a look at one small table unless a calendar is new. */
const CALENDAR_CHECK_MS = 30_000;
/** The next day's slots are made within a minute after midnight; it is a look at one small table otherwise. */
const SLOTS_CHECK_MS = 60_000;
const OWED_SINCE_MS = 2_000;
const LATE_BY_MS = 60_000;
const INBOX_BATCH = 100;
/**
 * A clock sleeps for days between two tasks, and its history is short: keeping it in memory for the next one gains
 * little and costs 200 kB each. This many are enough for what happens to one journey in quick succession.
 */
const CACHED_CLOCKS = 500;
/** While PostgreSQL or Temporal is away, each loop asks this often whether it is back. */
const LONGEST_PAUSE_MS = 5_000;
/** At start nothing is hurried: clocks that run need nothing, and staff are working. */
const RECONCILE_PER_SECOND = 100;

/**
 * The worker process put together: Temporal's worker, relay, watchdog, inbox, dispatch, reconcile. PostgreSQL and
 * Temporal may be away at start or at any time later; it waits and goes on.
 */
export function startWorker(settings: WorkerSettings, log: Logger): StartedWorker {
  const stopping = new AbortController();
  const { signal } = stopping;
  const metrics = createMetrics();
  const stopped = run().finally(() => stopping.abort());

  async function run(): Promise<void> {
    const migrated = await untilItWorks(
      { name: 'PostgreSQL', log, signal, fatal: (error) => error instanceof DatabaseNewerError },
      () => migrate(settings.databaseUrl),
    );
    if (!migrated) return;
    const { databaseUrl, poolSize, release, temporal } = settings;
    const store = openStore(databaseUrl, { release, max: poolSize });
    // A connection that breaks while it is lent says so to whoever runs a query on it, and also as an event that would
    // end the process if nobody listened.
    store.pool.on('connect', (client) => client.on('error', () => undefined));
    const metricsServer = settings.metricsPort
      ? serveMetrics(metrics.registry, settings.metricsPort)
      : undefined;
    const { connectionOptions, namespace } = temporal;
    const connection = Connection.lazy({
      ...(connectionOptions as ConnectionOptions),
      // gRPC would wait up to two minutes before it looks whether Temporal is back.
      channelArgs: { 'grpc.max_reconnect_backoff_ms': 3_000, 'grpc.initial_reconnect_backoff_ms': 500 },
    });
    const client = new Client({ connection, namespace });
    const clocks = createClocks(client);
    const carriers = createProviders(settings.messaging);
    const activities = createActivities();
    const background: Promise<void>[] = [];

    function createActivities() {
      const report = (activity: string, code: string): void => {
        metrics.activityFailures.inc({ activity, code });
        log.debug({ activity, code }, 'an attempt failed; Temporal repeats it');
      };
      const providers = new Map(
        [...settings.providers].map(([name, where]) => [name, createHttpProvider(where)]),
      );
      const zone = async (): Promise<string> => (await store.calendar()).zone;
      return {
        ...withoutWords(createJourneyActivities(clockRecord(store), zone), report),
        ...withoutWords(
          createOutsideWorkActivities({
            record: workRecord(store),
            providers: (name) => providers.get(name),
            underWay,
          }),
          report,
        ),
        ...withoutWords(
          createDispatchActivities({
            ...{ store, signal, underWay, providers: carriers },
            write: createComposer({
              store,
              links: createNoticeLinks(linkSignerOf(settings.links)),
            }),
            result: (channel, result, count) => metrics.messages.inc({ channel, result }, count),
          }),
          report,
        ),
      };
    }

    const every = (name: string, everyMs: number, round: () => Promise<'more' | 'done'>): void => {
      background.push(
        loop({ name, everyMs, longestMs: Math.max(everyMs, LONGEST_PAUSE_MS), log, signal }, round),
      );
    };
    every('restore', 15_000, createRestoreWatch({ look: () => noticeRestore(store), log }));
    const sent = (count: number): void => metrics.relayed.inc(count);
    const calmLane = createCalmLane({ store, clocks, olderThanMs: OWED_SINCE_MS, sent, signal });
    background.push(calmLane.listening);
    every('calm relay', 1_000, calmLane.round);
    every(
      'relay',
      1_000,
      createRelay({
        owed: async (limit) => {
          const owed = await urgentPokes(store, { olderThanMs: OWED_SINCE_MS, limit });
          if (owed.length > 0) calmLane.giveWay();
          return owed;
        },
        poke: (journey) => clocks.nudge(journey),
        sent,
      }),
    );
    every(
      'watchdog',
      10_000,
      createWatchdog({
        unserved: (limit, after) => unservedRows(store, { pastMs: LATE_BY_MS, limit, after }),
        raisePoke: (journey) => raisePoke(store, journey),
        poke: (journey) => clocks.poke(journey),
        reachDeadline: (journey) => reachDeadline(store, journey),
        alarm(rows) {
          metrics.watchdogServed.inc(rows.length);
          const latestMs = Math.max(...rows.map((row) => row.lateMs));
          const journeys = rows.slice(0, 10).map((row) => row.journey);
          log.error(
            { alarm: 'clock', rows: rows.length, latestMs, journeys },
            'clocks did not ring and a poke did not help; the watchdog served the deadlines itself',
          );
        },
        late: (count) => metrics.clocksLate.set(count),
        poked(count) {
          metrics.watchdogPokes.inc(count);
          log.warn({ rows: count }, 'clocks are a minute late; poked');
        },
      }),
    );
    every('inbox', 1_000, async () => {
      const drained = await drainInbox(store, INBOX_BATCH);
      const toPoke = drained.filter((message) => message.poke).map((message) => message.journey);
      // The relay repeats what does not get across.
      await inParallel(8, toPoke, (journey) => clocks.poke(journey).catch(() => undefined));
      return drained.length === INBOX_BATCH ? 'more' : 'done';
    });
    for (const channel of channels)
      if (carriers[channel].length === 0)
        log.warn({ channel }, 'nobody is set to carry messages on this channel: they wait in the table');
    const settled = untilAnswered({ unanswered: (journeys) => unanswered(store, journeys), signal });
    const calendarRound = createCalendarWatch({
      begin: () => adoptShippedYears(store),
      toRecompute: () => calendarsToRecompute(store),
      recompute: (which) => recomputeDeadlines(store, { ...which, settled, signal }),
      mark: (version) => markRecomputed(store, version),
      log,
      signal,
    });
    every('calendar', CALENDAR_CHECK_MS, calendarRound);
    const slots = createSlotRounds({
      expireHolds: (limit) => expireHolds(store, { limit }),
      offer: () => offerWhatIsFree(store),
      expand: () => expandPools(store),
      log,
    });
    every('holds', 1_000, slots.holds);
    every('slots', SLOTS_CHECK_MS, slots.expansion);
    every('dispatch', DISPATCH_CHECK_MS, async () => {
      await keepDispatching(client);
      return 'done';
    });

    background.push(
      untilItWorks({ name: 'reconcile', longestMs: 30_000, log, signal }, async () => {
        const done = await reconcile({ store, clocks, all: false, perSecond: RECONCILE_PER_SECOND, signal });
        log.info({ ...done }, 'every clock and all outside work were looked after');
      }).then(() => undefined),
    );

    try {
      await pollTemporal(activities);
    } finally {
      stopping.abort();
      await Promise.allSettled(background);
      metricsServer?.close();
      carriers.close();
      await connection.close().catch(() => undefined);
      await store.pool.end();
    }
  }

  /** Polls until told to stop; a connection or a worker that ends by itself is made anew. */
  async function pollTemporal(activities: object): Promise<void> {
    const { connectionOptions, namespace } = settings.temporal;
    const bundle = await workflowBundle();
    while (!signal.aborted) {
      const connection = await untilItWorks({ name: 'Temporal', log, signal }, () =>
        NativeConnection.connect(connectionOptions),
      );
      if (!connection) return;
      try {
        const worker = await Worker.create({
          connection,
          namespace,
          taskQueue,
          workflowBundle: bundle,
          activities,
          // Each holds a connection to PostgreSQL for a few milliseconds.
          maxConcurrentLocalActivityExecutions: settings.poolSize * 2,
          maxConcurrentActivityTaskExecutions: settings.poolSize * 2,
          maxCachedWorkflows: CACHED_CLOCKS,
          shutdownGraceTime: '5s',
          shutdownForceTime: '10s',
        });
        const stop = (): void => {
          if (worker.getState() === 'RUNNING') worker.shutdown();
        };
        signal.addEventListener('abort', stop, { once: true });
        log.info({ namespace, taskQueue }, 'worker ready');
        await worker.run().finally(() => signal.removeEventListener('abort', stop));
      } catch (error) {
        if (signal.aborted) return;
        log.warn({ err: error }, 'the connection to Temporal ended; made anew');
        await untilItWorks({ name: 'Temporal', log, signal }, () => connection.ensureConnected());
      } finally {
        await connection.close().catch(() => undefined);
      }
    }
  }

  return {
    stopped,
    async stop() {
      stopping.abort();
      await stopped;
    },
  };
}
