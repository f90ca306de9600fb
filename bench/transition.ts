import { isRefusal } from '../domain/model/refusal.ts';
import type { JourneyState } from '../domain/model/state.ts';
import { transition as decide } from '../domain/transition/transition.ts';
import type { Figure, Row } from './support/figure.ts';
import { calendar, demonstrationLog, type Log } from './support/demonstration-log.ts';
import { median, spread } from './support/statistics.ts';
import { short } from './support/table.ts';

const rounds = 12;
/** Until V8 has compiled what it runs; a worker decides for weeks, these rounds last a quarter of a second. */
const warmUpRounds = 4;
/** One pass over the log is short; a round is several, so that collection has its share. */
const passes = 5;

/** @returns events decided in a second of this process's CPU time, whatever else the machine does meanwhile */
function rate({ definition, histories }: Log): number {
  const before = process.cpuUsage();
  let count = 0;
  for (let pass = 0; pass < passes; pass++)
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
    progress('walking the journeys of the demonstration district');
    const log = demonstrationLog();
    const events = log.histories.flatMap((history) => history.events);
    const ticks = events.filter(({ event }) => event.kind === 'DeadlineReached').length;
    const rates: number[] = [];
    for (let round = 0; round < warmUpRounds + rounds; round++) {
      const measured = rate(log);
      if (round >= warmUpRounds) rates.push(measured);
    }
    const rows: Row[] = [
      {
        figure: 'transition, events a second of one core',
        measured: spread(rates),
        limit: { kind: 'atLeast', value: 200_000 },
        value: median(rates),
        note: `${short(events.length)} accepted events of ${short(log.histories.length)} journeys of the demonstration district, ${short((100 * ticks) / events.length)}% of them deadlines; CPU time with collection, after ${warmUpRounds} rounds of warming up`,
      },
      {
        figure: 'share of pokes on the demonstration district’s log',
        measured: `${short((100 * log.pokes) / log.commands)}%`,
        note: `${short(log.pokes)} of ${short(log.commands)} events that were not deadlines, ${short(log.histories.length)} enrolments among them, which always wake the clock; by the rule of domain/clock/poke-rule.ts`,
      },
    ];
    return Promise.resolve(rows);
  },
};
