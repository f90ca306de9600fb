import { Worker } from 'node:worker_threads';
import type { ReadDefinition } from '../../authoring/read-definition.ts';
import { Problem } from '../problem/problem.ts';

/** The largest that ship take two seconds on a small machine. */
export const checkWithinMs = 30_000;

const tooHard = (): Problem =>
  new Problem({
    status: 422,
    code: 'DefinitionTooHard',
    title: { zh: '此定义过于复杂', en: 'This definition is too hard to check' },
    detail: {
      zh: `检查未能在 ${checkWithinMs / 1_000} 秒内完成；请减少可同时打开的步骤，或拆成几条路径。`,
      en: `The check did not finish within ${checkWithinMs / 1_000} s; let fewer steps be open at once, or make it several pathways.`,
    },
  });

/**
 * Reads and checks a definition in a thread of its own, so that commands are answered meanwhile.
 * @throws Problem 422 when it takes too long
 */
export async function checkAside(text: string): Promise<ReadDefinition> {
  const thread = new Worker(new URL('./check-thread.ts', import.meta.url), { workerData: text });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<ReadDefinition>((done, failed) => {
      thread.once('message', done);
      thread.once('error', failed);
      timer = setTimeout(() => failed(tooHard()), checkWithinMs);
    });
  } finally {
    clearTimeout(timer);
    await thread.terminate();
  }
}
