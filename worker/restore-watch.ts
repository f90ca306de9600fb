import type { Logger } from 'pino';
import type { noticeRestore } from '../store/outgoing.ts';

export interface RestoreWatchDeps {
  readonly look: () => ReturnType<typeof noticeRestore>;
  readonly log: Pick<Logger, 'error' | 'warn' | 'info'>;
}

/**
 * Looks whether the database is still the one it was: a restore holds everything that leaves by itself. The holding is
 * done by the statements that let something leave; this makes it known, once in each process.
 * @returns a round
 */
export function createRestoreWatch({ look, log }: RestoreWatchDeps) {
  let known = false;
  return async function watchRound(): Promise<'done'> {
    const hold = await look();
    if (hold?.noticed)
      log.error(
        { alarm: 'outgoing', why: hold.reason },
        'the database may have been restored: messages and outside work are held; see yilu outgoing',
      );
    // A person's reason and name stay in the table.
    else if (hold && !known)
      log.warn({ heldSince: new Date(hold.since).toISOString() }, 'messages and outside work are held');
    else if (!hold && known) log.info('messages and outside work leave again');
    known = hold !== null;
    return 'done';
  };
}
