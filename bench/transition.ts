import { isRefusal } from '../domain/model/refusal.ts';
import type { JourneyState } from '../domain/model/state.ts';
import { transition as decide } from '../domain/transition/transition.ts';
import type { Figure, Row } from './support/figure.ts';
import { calendar, lungLog, type Log } from './support/lung-log.ts';
import { median, spread } from './support/statistics.ts';
import { short } from './support/table.ts';

const journeys = 2_000;
const rounds = 9;

/** @returns events decided in a second of this process's CPU time, whatever else the machine does meanwhile */
function rate({ definition, histories }: Log): number {
  const before = process.cpuUsage();
  let count = 0;
  for (const { journey, events } of histories) {
    let state: JourneyState | null = null;
    for (const { event, at } of events) {
      const taken = decide(definition, state, event, at, calendar, journey);
      if (isRefusal(taken)) throw new Error(`${event.kind} was refused: ${taken.message.en}`);
      state = taken.state;
      count += 1;
    }
  }
  const { user, system } = process.cpuUsage(before);
  return (count * 1e6) / (user + system);
}

/** How fast the pure core decides, on one core. */
export const transition: Figure = {
  name: 'transition',
  run: ({ progress }) => {
    progress(`walking ${journeys} journeys of lung.yaml`);
    const log = lungLog(journeys);
    const events = log.histories.flatMap((history) => history.events);
    const ticks = events.filter(({ event }) => event.kind === 'DeadlineReached').length;
    const rates: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      const measured = rate(log);
      if (round > 0) rates.push(measured);
    }
    const rows: Row[] = [
      {
        figure: 'transition, events a second of one core',
        measured: spread(rates),
        limit: { kind: 'atLeast', value: 200_000 },
        value: median(rates),
        note: `${short(events.length)} accepted events of ${short(journeys)} journeys on lung.yaml, ${short((100 * ticks) / events.length)}% of them deadlines; CPU time with collection`,
      },
    ];
    return Promise.resolve(rows);
  },
};
