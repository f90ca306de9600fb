import type pg from 'pg';
import type { Channel } from '../../domain/model/message.ts';

/** One process sends on a channel at a time. Any numbers will do, as long as every release takes the same. */
const locks: Readonly<Record<Channel, number>> = { sms: 0x534d5331, email: 0x454d4c31 };

export interface ChannelLock {
  /** Aborted when the connection that holds the lock is lost, and somebody else may have it. */
  readonly lost: AbortSignal;
  /** Whether it is still held, asked on the connection itself. @throws Error when that is broken */
  confirm(): Promise<void>;
  release(): Promise<void>;
}

/** @returns the lock of a channel, held by a connection of its own; undefined when somebody else has it */
export async function lockChannel(pool: pg.Pool, channel: Channel): Promise<ChannelLock | undefined> {
  const client = await pool.connect();
  const lost = new AbortController();
  const onEnd = (): void => lost.abort(new Error('the connection that held the channel is lost'));
  client.once('end', onEnd).once('error', onEnd);
  // A connection that is closed lets go of every lock, also of one whose answer never came.
  const giveBack = (close: boolean): void => {
    client.off('end', onEnd).off('error', onEnd);
    client.release(close);
  };
  try {
    const { rows } = await client.query<{ mine: boolean }>('select pg_try_advisory_lock($1) as mine', [
      locks[channel],
    ]);
    if (!rows[0]?.mine) {
      giveBack(false);
      return undefined;
    }
  } catch (error) {
    giveBack(true);
    throw error;
  }
  return {
    lost: lost.signal,
    async confirm() {
      lost.signal.throwIfAborted();
      await client.query('select 1');
    },
    async release() {
      giveBack(true);
    },
  };
}
