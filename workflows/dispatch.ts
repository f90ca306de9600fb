import { continueAsNew, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { DispatchActivities } from '../activities/dispatch/answers.ts';
import { channelOfDispatch } from './messages.ts';

const { dispatch } = proxyActivities<DispatchActivities>({
  // It returns by itself after some minutes.
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '15s',
  // For ever: while PostgreSQL is away, messages wait.
  retry: { initialInterval: '1s', maximumInterval: '30s' },
});

/**
 * What leaves on one channel (workflow id `dispatch/<channel>`), one long activity after the other. It holds nothing:
 * what waits, and what became of it, is in PostgreSQL. If it is terminated, the worker starts it again.
 */
export async function dispatchMessages(): Promise<void> {
  const channel = channelOfDispatch(workflowInfo().workflowId);
  for (;;) {
    await dispatch(channel);
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof dispatchMessages>();
  }
}
