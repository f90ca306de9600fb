import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';
import type { Deadline } from '../activities/clock-answers.ts';

/** One durable timer. Setting it to the instant it is already set for costs no history. */
export interface AlarmClock {
  set(deadline: Deadline): void;
  stop(): void;
  /** The deadline that it is set for. */
  readonly deadline: Deadline | undefined;
}

/** @param ring called once when the timer fires; a timer that was set anew or stopped does not ring */
export function alarmClock(ring: () => void): AlarmClock {
  let current: { deadline: Deadline; scope: CancellationScope } | undefined;

  async function run(mine: NonNullable<typeof current>): Promise<void> {
    try {
      await mine.scope.run(() =>
        sleep(mine.deadline.waitMs, { summary: `期限 · deadline ${mine.deadline.local}` }),
      );
    } catch (error) {
      if (isCancellation(error)) return;
      throw error;
    }
    if (current !== mine) return;
    current = undefined;
    ring();
  }

  return {
    set(deadline) {
      if (current?.deadline.at === deadline.at) return;
      current?.scope.cancel();
      current = { deadline, scope: new CancellationScope() };
      void run(current);
    },
    stop() {
      const stopped = current;
      current = undefined;
      stopped?.scope.cancel();
    },
    get deadline() {
      return current?.deadline;
    },
  };
}
