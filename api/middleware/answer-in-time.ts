import { createMiddleware } from 'hono/factory';
import type { ApiEnv } from '../context.ts';
import { unavailable } from '../problem/known-problems.ts';
import { Problem } from '../problem/problem.ts';

/**
 * Answers 503 when a request takes longer, for a database that neither answers nor refuses. What the request had
 * begun may still be committed: the same Idempotency-Key finds out.
 */
export const answerInTime = (ms: number) =>
  createMiddleware<ApiEnv>(async (_c, next) => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Problem(unavailable(2))), ms);
    });
    try {
      await Promise.race([next(), late]);
    } finally {
      clearTimeout(timer);
    }
  });
