import { ApplicationFailure } from '@temporalio/common';

const codePattern = /^[A-Za-z0-9_]{2,40}$/u;

/** @returns the error's own code (PostgreSQL's SQLSTATE, Node's ECONNREFUSED) or class, which say nothing about anybody */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'Unknown';
  const { code, name, cause } = error as { code?: unknown; name?: unknown; cause?: unknown };
  if (typeof code === 'string' && codePattern.test(code)) return code;
  if (cause !== undefined && name === 'TypeError') return codeOf(cause);
  return typeof name === 'string' && codePattern.test(name) ? name : 'Unknown';
}

/**
 * What an activity throws ends in Temporal's history, and PostgreSQL quotes the values of the row in its messages.
 * So only the code goes out; the error itself goes to `report` (the log's serializer keeps values out of that too).
 * @returns the same functions, failing with a retryable ApplicationFailure
 */
export function withoutWords<T extends object>(
  activities: T,
  report: (activity: string, code: string) => void,
): T {
  const wrap =
    (name: string, call: (...args: unknown[]) => Promise<unknown>) =>
    async (...args: unknown[]): Promise<unknown> => {
      try {
        return await call(...args);
      } catch (error) {
        if (error instanceof ApplicationFailure) throw error;
        const code = codeOf(error);
        report(name, code);
        const failure = ApplicationFailure.create({
          message: `${name}: ${code}`,
          type: code,
          nonRetryable: false,
        });
        failure.stack = '';
        throw failure;
      }
    };
  const entries = Object.entries(activities).map(([name, call]) => [
    name,
    wrap(name, call as (...args: unknown[]) => Promise<unknown>),
  ]);
  return Object.fromEntries(entries) as T;
}
