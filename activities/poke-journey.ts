import {
  type Client,
  WorkflowIdConflictPolicy,
  WorkflowIdReusePolicy,
  WorkflowNotFoundError,
} from '@temporalio/client';
import type { JourneyId } from '../domain/model/ids.ts';
import { journeyWorkflowId, pokeSignal, taskQueue } from '../workflows/messages.ts';

/** Temporal answers in milliseconds or is away; whoever pokes has better things to do than to wait. */
const PATIENCE_MS = 5_000;

export interface Clocks {
  /** Wakes the journey's clock, starting it if need be: enrolling, waking, reopening and repairing are this one call. */
  poke(journey: JourneyId): Promise<void>;
  /**
   * Like `poke`, for one that was probably poked before: a clock that has a task waiting or under way will look at its
   * row anyhow, and a second signal would only lengthen its history. Whoever repeats asks again later.
   */
  nudge(journey: JourneyId): Promise<'sent' | 'busy'>;
  /** Starts the clock if none is running; one that runs is not disturbed and its history does not grow. */
  ensure(journey: JourneyId): Promise<void>;
}

/** @param queue the task queue of the workers; other than the default only in tests */
export function createClocks(client: Client, queue: string = taskQueue): Clocks {
  const options = (journey: JourneyId) => ({
    workflowId: journeyWorkflowId(journey),
    taskQueue: queue,
    args: [],
    workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    staticSummary: '旅程时钟 · journey clock',
    staticDetails:
      '一个旅程的持久时钟：到期推进、发起外部事务。可随时终止，看门狗会重新启动它。\n\n' +
      'The durable clock of one journey: serves its deadlines and starts its outside work. ' +
      'It holds nothing that is not in PostgreSQL; if it is terminated, the watchdog starts it again.',
  });
  const inTime = <T>(call: () => Promise<T>): Promise<T> =>
    client.withDeadline(Date.now() + PATIENCE_MS, call);
  async function poke(journey: JourneyId): Promise<void> {
    const signal = { signal: pokeSignal, signalArgs: [] as [] };
    await inTime(() => client.workflow.signalWithStart('journey', { ...options(journey), ...signal }));
  }
  async function busy(journey: JourneyId): Promise<boolean> {
    try {
      const { status, raw } = await inTime(() =>
        client.workflow.getHandle(journeyWorkflowId(journey)).describe(),
      );
      return status.name === 'RUNNING' && Boolean(raw.pendingWorkflowTask);
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  }
  return {
    poke,
    async nudge(journey) {
      if (await busy(journey)) return 'busy';
      await poke(journey);
      return 'sent';
    },
    async ensure(journey) {
      await inTime(() => client.workflow.start('journey', options(journey)));
    },
  };
}
