import { cancellationSignal, heartbeat } from '@temporalio/activity';

const BEAT_MS = 4_000;

/**
 * Runs something with heartbeats, so that Temporal notices within seconds when this process is killed.
 * @param work given a signal that Temporal has given the activity up, or that the process must end now
 */
export async function underWay<T>(work: (cancelled: AbortSignal) => Promise<T>): Promise<T> {
  heartbeat();
  const beat = setInterval(heartbeat, BEAT_MS);
  try {
    return await work(cancellationSignal());
  } finally {
    clearInterval(beat);
  }
}
