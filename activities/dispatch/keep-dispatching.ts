import { type Client, WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/client';
import { channels } from '../../domain/model/message.ts';
import { dispatchWorkflowId, taskQueue } from '../../workflows/messages.ts';

/** Temporal answers in milliseconds or is away; whoever asks does so again. */
const PATIENCE_MS = 5_000;

/**
 * Starts the workflow of each channel that has none running; one that runs is not disturbed.
 * @param queue the task queue of the workers; other than the default only in tests
 */
export async function keepDispatching(client: Client, queue: string = taskQueue): Promise<void> {
  for (const channel of channels)
    await client.withDeadline(Date.now() + PATIENCE_MS, () =>
      client.workflow.start('dispatchMessages', {
        workflowId: dispatchWorkflowId(channel),
        taskQueue: queue,
        args: [],
        workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
        workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
        staticSummary: `消息发送 · dispatch of messages: ${channel}`,
        staticDetails:
          '发送该渠道到期的消息。可随时终止，worker 会重新启动它。\n\n' +
          'Sends what is due on this channel. If it is terminated, the worker starts it again.',
      }),
    );
}
