import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancelledFailure,
  ParentClosePolicy,
  WorkflowIdReusePolicy,
  sleep,
  startChild,
} from '@temporalio/workflow';
import type { WorkId } from '../domain/model/ids.ts';
import { type WorkStanding, workWorkflowId } from './messages.ts';
import type { outsideWork } from './outside-work.ts';

/** A child that ended without its work being finished (somebody terminated it) is begun again after this long. */
const AFTER_LOSS = '1 minute';

interface Wanted {
  readonly id: WorkId;
  readonly provider: string;
}

/** The outside work of one journey: started once each, and left to live on by itself. */
export interface Hands {
  /** Starts what is wanted and not known to run; forgets what is no longer wanted. */
  begin(wanted: readonly Wanted[]): void;
  /** An attempt failed, says the child. */
  note(standing: WorkStanding): void;
  /** @returns once Temporal has taken every start, after which this workflow may close */
  settled(): Promise<void>;
  view(): readonly (WorkStanding & { readonly provider: string })[];
}

/** @param lost called when a child closed abnormally, so that the journey looks again */
export function hands(lost: () => void): Hands {
  interface Held {
    readonly provider: string;
    /** Another run of this workflow started it, so its end is not told to this one. */
    elsewhere: boolean;
    standing: WorkStanding;
  }
  const held = new Map<WorkId, Held>();
  let starting: Promise<void>[] = [];

  async function watch(id: WorkId, result: Promise<void>): Promise<void> {
    try {
      await result;
      held.delete(id);
    } catch (error) {
      if (error instanceof CancelledFailure) return; // this workflow is cancelled, not the child
      await sleep(AFTER_LOSS);
      held.delete(id);
      lost();
    }
  }

  async function start(id: WorkId, mine: Held): Promise<void> {
    try {
      const child = await startChild<typeof outsideWork>('outsideWork', {
        workflowId: workWorkflowId(id),
        args: [],
        parentClosePolicy: ParentClosePolicy.ABANDON,
        workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
        staticSummary: `外部事务 · outside work: ${mine.provider}`,
        staticDetails: `幂等键 · idempotency key: \`${id}\``,
      });
      void watch(id, child.result());
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      mine.elsewhere = true;
    }
  }

  return {
    begin(wanted) {
      const ids = new Set(wanted.map((work) => work.id));
      for (const id of held.keys()) if (!ids.has(id)) held.delete(id);
      for (const { id, provider } of wanted) {
        const known = held.get(id);
        if (known && !known.elsewhere) continue;
        const mine: Held = known ?? { provider, elsewhere: false, standing: { work: id, attempts: 0 } };
        mine.elsewhere = false;
        held.set(id, mine);
        starting.push(start(id, mine));
      }
    },
    note(standing) {
      const known = held.get(standing.work);
      if (known) known.standing = standing;
    },
    async settled() {
      const now = starting;
      starting = [];
      await Promise.all(now);
    },
    view: () => [...held.values()].map(({ provider, standing }) => ({ provider, ...standing })),
  };
}
