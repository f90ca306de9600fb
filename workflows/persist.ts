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

type Args<N extends Name> = Parameters<JourneyActivities[N]>;
type Answer<N extends Name> = Awaited<ReturnType<JourneyActivities[N]>>;
type Call<N extends Name> = (...args: Args<N>) => Promise<Answer<N>>;

/** @returns the answer of two quick local attempts; null when both failed */
export async function quickly<N extends Name>(
  name: N,
  args: Args<N>,
): Promise<{ readonly answer: Answer<N> } | null> {
  try {
    return { answer: await (quick[name] as unknown as Call<N>)(...args) };
  } catch (error) {
    // A local activity fails with the failure itself, not wrapped in an ActivityFailure.
    if (isCancellation(error) || !(error instanceof TemporalFailure)) throw error;
    return null;
  }
}

/**
 * A normal activity that backs off for as long as PostgreSQL is away.
 * @param onWait called when it begins to wait and when it has ended
 */
export async function patiently<N extends Name>(
  name: N,
  args: Args<N>,
  onWait: (waiting: boolean) => void,
): Promise<Answer<N>> {
  onWait(true);
  try {
    return await (patient[name] as unknown as Call<N>)(...args);
  } finally {
    onWait(false);
  }
}

/**
 * Quickly, or else patiently: the history stays small, as Temporal records only the last attempt, and signals stay
 * quick, as no workflow task is held open.
 */
export async function persist<N extends Name>(
  name: N,
  args: Args<N>,
  onWait: (waiting: boolean) => void,
): Promise<Answer<N>> {
  const done = await quickly(name, args);
  return done ? done.answer : patiently(name, args, onWait);
}
