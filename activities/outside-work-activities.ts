import type { WorkId } from '../domain/model/ids.ts';
import type { OutsideWorkFinished } from '../domain/model/event.ts';
import type { OutsideWorkActivities, WorkAttempt } from './clock-answers.ts';
import type { WorkRecord, WorkRow } from './ports.ts';
import { NotSent, OutcomeUnknown, type Outcome, type OutsideWorkProvider } from './provider.ts';

export interface OutsideWorkDeps {
  readonly record: WorkRecord;
  /** @returns undefined when no such provider is set up */
  readonly providers: (name: string) => OutsideWorkProvider | undefined;
  /** Says that an attempt is under way, so that a killed worker is noticed within seconds. */
  readonly underWay: <T>(work: () => Promise<T>) => Promise<T>;
}

function resultOf(outcome: Outcome): OutsideWorkFinished['result'] {
  if (outcome.status === 'done') return outcome;
  // Whoever takes over must know whether the other system may have done it.
  return { status: outcome.status === 'refused' ? 'failed' : 'unknown', reason: outcome.reason };
}

/** Only a request that was never handed to the provider may be sent without asking first. */
async function obtain(row: WorkRow, provider: OutsideWorkProvider, again: boolean): Promise<Outcome> {
  if (again) {
    const earlier = await provider.ask(row.id);
    if (earlier !== 'unknown-key') return earlier;
  }
  return provider.start(row.id, row.request);
}

export function createOutsideWorkActivities(deps: OutsideWorkDeps): OutsideWorkActivities {
  const { record, providers, underWay } = deps;
  const open = async (work: WorkId): Promise<WorkRow | null> => {
    const row = await record.read(work);
    return row?.status === 'requested' || row?.status === 'started' ? row : null;
  };
  return {
    async performOutsideWork(work): Promise<WorkAttempt> {
      const row = await open(work);
      if (!row) return { status: 'finished' };
      const provider = providers(row.provider);
      if (!provider) return { status: 'again', reason: 'provider-unknown' };
      const start = await record.start(work);
      if (start === 'no') return { status: 'again', reason: 'outgoing-held' };
      let outcome: Outcome;
      try {
        outcome = await underWay(() => obtain(row, provider, start === 'again'));
      } catch (error) {
        if (error instanceof NotSent || error instanceof OutcomeUnknown)
          return { status: 'again', reason: error.code };
        throw error;
      }
      await record.finish(row, resultOf(outcome));
      return { status: 'finished' };
    },

    async giveUpOutsideWork(work, reason) {
      const row = await open(work);
      if (!row) return;
      // Whoever takes over must know whether the other system may have done it.
      const status = row.status === 'requested' ? 'failed' : 'unknown';
      await record.finish(row, { status, reason });
    },
  };
}
