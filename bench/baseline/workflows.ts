import {
  allHandlersFinished,
  condition,
  defineSignal,
  defineUpdate,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
} from '@temporalio/workflow';
import type { BaselineActivities } from './activities.ts';
import { commandSignal, commandUpdate, type BaselineCommand } from './messages.ts';

const { nothing } = proxyActivities<BaselineActivities>({ startToCloseTimeout: '1m' });
const { twoStatements } = proxyLocalActivities<BaselineActivities>({ startToCloseTimeout: '1m' });

/** Each command is a signal, and runs an activity that does nothing. */
export async function signalled(count: number): Promise<void> {
  let received = 0;
  setHandler(defineSignal<[BaselineCommand]>(commandSignal), () => {
    received += 1;
  });
  for (let done = 0; done < count; done++) {
    await condition(() => received > done);
    await nothing();
  }
}

/** Each command is an update, answered once a local activity has run two SQL statements. */
export async function updated(id: string, count: number): Promise<void> {
  let done = 0;
  setHandler(defineUpdate<number, [BaselineCommand]>(commandUpdate), async (command) => {
    await twoStatements(id, command);
    done += 1;
    return done;
  });
  await condition(() => done >= count && allHandlersFinished());
}
