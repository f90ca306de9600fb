import { DefaultLogger, Runtime, makeTelemetryFilterString } from '@temporalio/worker';
import { createLog } from './log.ts';
import { workerSettings } from './settings.ts';
import { startWorker } from './start-worker.ts';
import { keepMemorySteady } from './steady-memory.ts';

/** Temporal's levels are ours, in capitals. What it says may quote payloads, so only its sentence is logged. */
function takeOverTemporalsLog(log: ReturnType<typeof createLog>): void {
  const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'debug', WARN: 'warn', ERROR: 'error' } as const;
  Runtime.install({
    logger: new DefaultLogger('WARN', ({ level, message, meta }) => {
      const { workflowId, activityType } = (meta ?? {}) as { workflowId?: string; activityType?: string };
      log[levels[level]]({ from: 'temporal', workflowId, activityType }, message);
    }),
    // Its core would write lines of its own among our JSON.
    telemetryOptions: {
      logging: { filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }), forward: {} },
    },
    // The signals are ours: relay, watchdog and pool have to stop as well.
    shutdownSignals: [],
  });
}

try {
  const settings = workerSettings();
  const log = createLog(settings.logLevel);
  takeOverTemporalsLog(log);
  keepMemorySteady();
  const worker = startWorker(settings, log);
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      log.info({ signal }, 'stopping');
      void worker.stop();
    });
  await worker.stopped;
  log.info('stopped');
} catch (error) {
  // Only what waiting cannot help ends here: a setting, or a database of a newer release. Both messages are ours.
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
