import { createComposer } from '../../activities/dispatch/compose.ts';
import { createDispatchActivities } from '../../activities/dispatch/dispatch-activities.ts';
import type { Channel } from '../../domain/model/message.ts';
import { createProviders } from '../../messaging/create-providers.ts';
import { openStore } from '../../store/open-store.ts';
import { fixtureStart } from './store-fixture.ts';

/** What a test that kills this process hands to it, as its only argument. */
export interface DispatchProcess {
  readonly databaseUrl: string;
  readonly channel: Channel;
  readonly smtpUrl: string;
  readonly sms: { readonly url: string; readonly secret: string; readonly idempotent: boolean };
}

/** A process that dispatches one channel until it is killed. */
if (process.argv[2]) {
  const { databaseUrl, channel, smtpUrl, sms } = JSON.parse(process.argv[2]) as DispatchProcess;
  // In the middle of a working day, whenever the test runs.
  const store = openStore(databaseUrl, {
    release: 'test',
    clock: { now: () => Promise.resolve(fixtureStart) },
  });
  const dispatcher = createDispatchActivities({
    store,
    providers: createProviders({
      sms: [{ name: 'webhook', ...sms, perSecond: 500, concurrency: 8, timeoutMs: 500 }],
      email: [{ smtpUrl, from: 'yilu@localhost', perSecond: 500, concurrency: 4 }],
    }),
    write: createComposer({ store }),
    result: () => undefined,
    signal: new AbortController().signal,
    underWay: (work) => work(new AbortController().signal),
  });
  for (;;) await dispatcher.dispatch(channel);
}
