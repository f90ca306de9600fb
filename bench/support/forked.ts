import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A program of the benchmark in a process of its own. */
export interface Forked<T> {
  readonly pid: number;
  /** What it said when it was ready. */
  readonly said: T;
  /** Sends it something. @returns its answer */
  ask<A>(question: string): Promise<A>;
  stop(): Promise<void>;
}

/**
 * Starts a program of this folder, with its collector within reach, and waits for its first word.
 * @param given its only argument, as JSON
 */
export async function forked<T>(file: string, given: object): Promise<Forked<T>> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), [JSON.stringify(given)], {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const gone = once(child, 'exit');
  const word = async (): Promise<unknown> => {
    const [said] = (await Promise.race([
      once(child, 'message'),
      gone.then(([code]) => {
        throw new Error(`${file} ended by itself: ${code}`);
      }),
    ])) as unknown[];
    return said;
  };
  return {
    pid: child.pid ?? 0,
    said: (await word()) as T,
    ask: async <A>(question: string) => {
      child.send(question);
      return (await word()) as A;
    },
    async stop() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
