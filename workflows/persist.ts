import { TemporalFailure, isCancellation, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { JourneyActivities } from '../activities/clock-answers.ts';

const quick = proxyLocalActivities<JourneyActivities>({
  startToCloseTimeout: '5s',
  retry: { maximumAttempts: 2, initialInterval: '200ms' },
});

const patient = proxyActivities<JourneyActivities>({
  startToCloseTimeout: '20s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
});

type Name = keyof JourneyActivities;

/**
 * Two quick local attempts, then a normal activity that backs off for as long as PostgreSQL is away: the history
 * stays small, as Temporal records only the last attempt, and signals stay quick, as no workflow task is held open.
 * @param onWait called when the quick attempts have failed
 */
export async function persist<N extends Name>(
  name: N,
  args: Parameters<JourneyActivities[N]>,
  onWait: (waiting: boolean) => void,
): Promise<Awaited<ReturnType<JourneyActivities[N]>>> {
  type Call = (
    ...args: Parameters<JourneyActivities[N]>
  ) => Promise<Awaited<ReturnType<JourneyActivities[N]>>>;
  try {
    return await (quick[name] as unknown as Call)(...args);
  } catch (error) {
    // A local activity fails with the failure itself, not wrapped in an ActivityFailure.
    if (isCancellation(error) || !(error instanceof TemporalFailure)) throw error;
  }
  onWait(true);
  try {
    return await (patient[name] as unknown as Call)(...args);
  } finally {
    onWait(false);
  }
}
