import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from './client.ts';

const dayMs = 86_400_000;

/**
 * Staff who give commands at a steady rate, whether or not the last one was answered: what waits in a queue counts.
 * @param journeys in the invitation, with an open questionnaire
 * @returns how long each command took, in milliseconds, from when it was due
 */
export async function staffLoad(
  api: ApiClient,
  journeys: readonly string[],
  { perSecond, until }: { readonly perSecond: number; readonly until: Promise<unknown> },
): Promise<number[]> {
  const times: number[] = [];
  const underWay = new Set<Promise<void>>();
  let over = false;
  void until.finally(() => (over = true)).catch(() => undefined);
  const began = performance.now();
  for (let n = 0; !over; n++) {
    const due = began + (n * 1_000) / perSecond;
    await sleep(Math.max(0, due - performance.now()));
    const command = {
      kind: 'acknowledge',
      step: 'risk-questionnaire#1',
      until: new Date(Date.now() + 7 * dayMs + n).toISOString(),
      // To acknowledge again takes one.
      reason: 'bench',
    };
    const one = api.command(journeys[n % journeys.length] ?? '', command).then(() => {
      times.push(performance.now() - due);
      underWay.delete(one);
    });
    underWay.add(one);
  }
  await Promise.all(underWay);
  return times;
}
