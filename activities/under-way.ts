import { heartbeat } from '@temporalio/activity';

const BEAT_MS = 4_000;

/** Runs something with heartbeats, so that Temporal notices within seconds when this process is killed. */
export async function underWay<T>(work: () => Promise<T>): Promise<T> {
  heartbeat();
  const beat = setInterval(heartbeat, BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
  }
}
