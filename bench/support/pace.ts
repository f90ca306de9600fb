import { setTimeout as sleep } from 'node:timers/promises';
import { inParallel } from '../../worker/in-parallel.ts';

/**
 * Does `count` things to each subject, one after another, with at most `concurrency` under way in all.
 * @param apartMs pause between two things that are done to the same subject
 */
export async function atPace<T>(
  subjects: readonly T[],
  count: number,
  { concurrency, apartMs }: { readonly concurrency: number; readonly apartMs: number },
  act: (subject: T, n: number) => Promise<unknown>,
): Promise<void> {
  if (apartMs === 0) {
    await inParallel(concurrency, [...subjects], async (subject) => {
      for (let n = 0; n < count; n++) await act(subject, n);
    });
    return;
  }
  const waiting: (() => void)[] = [];
  let underWay = 0;
  await Promise.all(
    subjects.map(async (subject, i) => {
      // Not all in the same instant: people do not come to work on a signal.
      await sleep((apartMs * i) / subjects.length);
      for (let n = 0; n < count; n++) {
        if (n > 0) await sleep(apartMs);
        if (underWay >= concurrency) await new Promise<void>((go) => waiting.push(go));
        else underWay += 1;
        try {
          await act(subject, n);
        } finally {
          const next = waiting.shift();
          if (next) next();
          else underWay -= 1;
        }
      }
    }),
  );
}
