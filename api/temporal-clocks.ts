import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { createClocks } from '../activities/poke-journey.ts';
import { journeyQuery, journeyWorkflowId, taskQueue } from '../workflows/messages.ts';
import type { ClockPort } from './deps.ts';

const pokeWithinMs = 5_000;
const askWithinMs = 1_500;
/** A worker's poll lasts a minute; one that has not come back for two is gone. */
const workerForgottenMs = 120_000;
/** `TASK_QUEUE_TYPE_WORKFLOW` of Temporal's API. */
const workflowQueue = 1;

export interface TemporalClocks extends ClockPort {
  close(): Promise<void>;
}

/**
 * Talks to Temporal as its environment configuration says; connects when first needed, so that nothing waits for it.
 * @param queue the task queue of the workers; other than the default only in tests
 */
export function connectClocks(environment: NodeJS.ProcessEnv, queue = taskQueue): TemporalClocks {
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig({
    overrideEnvVars: environment as Record<string, string>,
  });
  const connection = Connection.lazy(connectionOptions ?? {});
  const client = new Client({ connection, namespace });
  const clocks = createClocks(client, queue);
  const underWay = new Set<Promise<unknown>>();
  /** Bounded, and known until it is settled: a call that is retried after the connection was closed ends the process. */
  const within = async <T>(ms: number, call: () => Promise<T>): Promise<T> => {
    const made = connection.withDeadline(Date.now() + ms, call);
    underWay.add(made);
    try {
      return await made;
    } finally {
      underWay.delete(made);
    }
  };
  return {
    poke: (journey) => within(pokeWithinMs, () => clocks.poke(journey)),
    ask: (journey) =>
      within(askWithinMs, () =>
        client.workflow.getHandle(journeyWorkflowId(journey)).query(journeyQuery),
      ).catch(() => null),
    async health() {
      try {
        const { pollers } = await within(askWithinMs, () =>
          connection.workflowService.describeTaskQueue({
            namespace,
            taskQueue: { name: queue },
            taskQueueType: workflowQueue,
          }),
        );
        const since = Date.now() - workerForgottenMs;
        const workerSeen = (pollers ?? []).some(
          ({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1_000 > since,
        );
        return { temporal: 'ok', workerSeen };
      } catch {
        return { temporal: 'away', workerSeen: false };
      }
    },
    async close() {
      await Promise.allSettled(underWay);
      await connection.close();
    },
  };
}
