import { type DestinationStream, type Logger, pino } from 'pino';
import { codeOf } from '../activities/without-words.ts';

/**
 * JSON lines on standard output. An error is logged as its code and the places in the program: PostgreSQL and SMTP
 * quote names and addresses in their messages, and those must not get into a log.
 */
export const createLog = (level: string, to?: DestinationStream): Logger =>
  pino(
    {
      level,
      base: { service: 'worker', pid: process.pid },
      serializers: {
        err: (error: unknown) => ({
          code: codeOf(error),
          at:
            error instanceof Error
              ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /u.test(line))
              : [],
        }),
      },
    },
    to ?? pino.destination({ dest: 1, sync: true }),
  );
