import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { startNodeService } from '../../local/node-service.ts';
import { inParallel } from '../../worker/in-parallel.ts';
import { createBareTables } from '../support/bare-transaction.ts';
import type { District } from '../support/district.ts';
import { atPace } from '../support/pace.ts';
import { baselineQueue, commandSignal, commandUpdate } from './messages.ts';

export const baselines = ['signalled', 'updated'] as const;
export type Baseline = (typeof baselines)[number];

export interface Baselines {
  readonly client: Client;
  /** @returns commands a second, until the last of them has been worked off */
  rate(kind: Baseline, workflows: number, pace: { concurrency: number; apartMs: number }): Promise<number>;
  stop(): Promise<void>;
}

const commandsEach = 6;
const command = { step: 'diagnostic-plan#1', outcome: 'contrastCt' };

/** Bare Temporal workflows on the district's own server and database, with a worker of their own. */
export async function startBaselines({ system, store }: District): Promise<Baselines> {
  await createBareTables(store.pool);
  const worker = await startNodeService({
    name: 'baseline',
    entry: fileURLToPath(new URL('worker.ts', import.meta.url)),
    env: system.environment,
    logFile: join(system.folder, 'baseline.log'),
    ready: { line: 'worker ready' },
  });
  const connection = await Connection.connect({ address: system.environment['TEMPORAL_ADDRESS'] ?? '' });
  const client = new Client({ connection });
  const send = (kind: Baseline, handle: WorkflowHandle): Promise<unknown> =>
    kind === 'signalled'
      ? handle.signal(commandSignal, command)
      : handle.executeUpdate(commandUpdate, { args: [command] });
  return {
    client,
    async rate(kind, workflows, pace) {
      const handles: WorkflowHandle[] = [];
      await inParallel(pace.concurrency, Array.from({ length: workflows }, randomUUID), async (id) => {
        const args = kind === 'signalled' ? [commandsEach] : [id, commandsEach];
        handles.push(
          await client.workflow.start(kind, { workflowId: `bench/${id}`, taskQueue: baselineQueue, args }),
        );
      });
      const began = performance.now();
      await atPace(handles, commandsEach, pace, (handle) => send(kind, handle));
      await Promise.all(handles.map((handle) => handle.result()));
      return (workflows * commandsEach * 1_000) / (performance.now() - began);
    },
    async stop() {
      await connection.close();
      await worker.stop();
    },
  };
}
