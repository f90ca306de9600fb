import {
  TemporalFailure,
  continueAsNew,
  getExternalWorkflowHandle,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { OutsideWorkActivities, WorkAttempt } from '../activities/clock-answers.ts';
import {
  type WorkStanding,
  journeyOfWork,
  journeyWorkflowId,
  workOfWorkflow,
  workQuery,
  workStandingSignal,
} from './messages.ts';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 15 * 60_000;
/** After three days a person takes over; the step's own deadline has been escalating meanwhile. */
const GIVE_UP_AFTER_MS = 3 * 24 * 3_600_000;

const { performOutsideWork } = proxyActivities<OutsideWorkActivities>({
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: '15s',
  // The workflow retries, so that its query can say how often and when next.
  retry: { maximumAttempts: 1 },
});
const { giveUpOutsideWork } = proxyActivities<OutsideWorkActivities>({
  startToCloseTimeout: '20s',
  retry: { initialInterval: '1s', maximumInterval: '1m' },
});

/** What goes on into the next run. */
export interface WorkProgress {
  readonly attempts: number;
  readonly since: number;
}

async function attempt(work: Parameters<typeof performOutsideWork>[0]): Promise<WorkAttempt> {
  try {
    return await performOutsideWork(work);
  } catch (error) {
    if (isCancellation(error) || !(error instanceof TemporalFailure)) throw error;
    return { status: 'again', reason: 'attempt-lost' };
  }
}

/**
 * One piece of work in another system (workflow id `work/<id>`), until it is done, refused, or given up to a person.
 * It outlives its journey's workflow. The id is the provider's idempotency key, and before any repetition the
 * provider is asked what became of the last attempt.
 */
export async function outsideWork(progress?: WorkProgress): Promise<void> {
  const work = workOfWorkflow(workflowInfo().workflowId);
  const since = progress?.since ?? workflowInfo().startTime.getTime();
  let standing: WorkStanding = { work, attempts: progress?.attempts ?? 0 };
  setHandler(workQuery, () => standing);
  const journey = getExternalWorkflowHandle(journeyWorkflowId(journeyOfWork(work)));

  for (;;) {
    const answer = await attempt(work);
    if (answer.status === 'finished') return;
    if (Date.now() - since >= GIVE_UP_AFTER_MS) return giveUpOutsideWork(work, answer.reason);

    const attempts = standing.attempts + 1;
    const waitMs = Math.min(FIRST_WAIT_MS * 2 ** Math.min(attempts - 1, 20), LONGEST_WAIT_MS);
    standing = { work, attempts, lastReason: answer.reason, nextAttemptAt: Date.now() + waitMs };
    setCurrentDetails(
      `已失败 ${attempts} 次（${answer.reason}），${Math.round(waitMs / 1000)} 秒后重试 · ` +
        `failed ${attempts} times (${answer.reason}), again in ${Math.round(waitMs / 1000)} s`,
    );
    // Each power of two, so that a long outage costs the journey's history next to nothing.
    if ((attempts & (attempts - 1)) === 0) {
      try {
        await journey.signal(workStandingSignal, standing);
      } catch (error) {
        if (isCancellation(error)) throw error; // else: the journey's workflow is closed, and nobody asks there
      }
    }
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof outsideWork>({ attempts, since });
    await sleep(waitMs, { summary: `重试 · attempt ${attempts + 1}` });
  }
}
