import { sleep, type Running } from './running.ts';

export interface Supervised<T extends Running> {
  /** As it was first started; a restart keeps its addresses. */
  first: T;
  stop(): Promise<void>;
  /** Ends it at once, for an impatient person. */
  kill(): void;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** After running this long, its next end is taken for a new trouble. */
const STEADY_MS = 60_000;

/**
 * Starts a part, and again whenever it ends by itself, waiting longer each time.
 * Rejects when the first start fails; later failures are told and tried again.
 */
export async function supervise<T extends Running>(
  name: string,
  start: () => Promise<T>,
  tell: (zh: string, en: string) => void,
): Promise<Supervised<T>> {
  const first = await start();
  let current = first;
  let stopping = false;

  async function watch(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    for (;;) {
      const since = Date.now();
      const reason = await current.exited;
      if (stopping) return;
      if (Date.now() - since > STEADY_MS) pauseMs = FIRST_PAUSE_MS;
      tell(`${name} 意外停止（${reason}），正在重启`, `${name} ended (${reason}), restarting`);
      for (let up = false; !up;) {
        await sleep(pauseMs);
        if (stopping) return;
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
        try {
          current = await start();
          up = true;
        } catch (error) {
          tell(`${name} 重启失败，${pauseMs / 1000} 秒后再试`, `restarting failed: ${String(error)}`);
        }
      }
      // It may have come up just after everything was told to stop.
      if (stopping) return void (await current.stop());
      tell(`${name} 已恢复`, `${name} is back`);
    }
  }
  const watching = watch();

  return {
    first,
    async stop() {
      stopping = true;
      await current.stop();
      await watching;
    },
    kill() {
      stopping = true;
      try {
        process.kill(current.pid, 'SIGKILL');
      } catch {
        // already gone
      }
    },
  };
}
