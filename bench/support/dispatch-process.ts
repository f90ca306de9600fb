import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { createComposer } from '../../activities/dispatch/compose.ts';
import { createDispatchActivities } from '../../activities/dispatch/dispatch-activities.ts';
import { keepDispatching } from '../../activities/dispatch/keep-dispatching.ts';
import { createNoticeLinks } from '../../activities/dispatch/notice-links.ts';
import { underWay } from '../../activities/under-way.ts';
import { createLinkSigner } from '../../messaging/answer-link.ts';
import { createProviders } from '../../messaging/create-providers.ts';
import type { SmsWebhookSettings } from '../../messaging/sms/webhook-provider.ts';
import { openStore } from '../../store/open-store.ts';
import { workflowBundle } from '../../worker/bundle.ts';
import { taskQueue } from '../../workflows/messages.ts';

/** What the benchmark hands to this program, as its only argument. */
export interface DispatchProcess {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly sms: SmsWebhookSettings;
}

/** What it answers when it is sent anything: what it holds once its heap has been collected. */
export interface MemoryAnswer {
  readonly residentBytes: number;
  readonly heapBytes: number;
}

/** The dispatch of a worker, and nothing else of it: the real workflow, the real activities. Ends with its parent. */
if (process.argv[2]) {
  const { databaseUrl, temporalAddress, sms } = JSON.parse(process.argv[2]) as DispatchProcess;
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const connection = await NativeConnection.connect({ address: temporalAddress });
  const client = new Client({ connection: await Connection.connect({ address: temporalAddress }) });
  const store = openStore(databaseUrl, { release: 'bench', max: 12 });
  const worker = await Worker.create({
    ...{ connection, taskQueue, workflowBundle: await workflowBundle() },
    activities: createDispatchActivities({
      ...{ store, underWay, signal: new AbortController().signal },
      providers: createProviders({ sms: [{ name: 'webhook', ...sms }], email: [] }),
      write: createComposer({
        store,
        links: createNoticeLinks(createLinkSigner('s'.repeat(32), 'https://yilu.example.org')),
      }),
      result: () => undefined,
    }),
  });
  await keepDispatching(client);
  process.on('message', () => {
    globalThis.gc?.();
    const { rss, heapUsed } = process.memoryUsage();
    process.send?.({ residentBytes: rss, heapBytes: heapUsed } satisfies MemoryAnswer);
  });
  process.once('disconnect', () => process.exit());
  process.send?.('ready');
  await worker.run();
}
