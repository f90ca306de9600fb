import { nextDeadline } from '../domain/transition/next-deadline.ts';
import type { Deadline, JourneyActivities } from './clock-answers.ts';
import { localMinute } from './local-time.ts';
import type { ClockRecord } from './ports.ts';

/** @param zone the district's time zone, for the text that engineers read */
export function createJourneyActivities(record: ClockRecord, zone: () => Promise<string>): JourneyActivities {
  const deadline = async (at: number, waitMs: number): Promise<Deadline> => ({
    at,
    waitMs,
    local: localMinute(at, await zone()),
  });
  return {
    async look(journey) {
      const row = await record.look(journey);
      if (!row) return null;
      const { pokeSeq, pathway, stage, stageTitle, outsideWork, armUntil, waitMs } = row;
      return {
        pokeSeq,
        pathway,
        stage,
        stageTitle,
        outsideWork,
        deadline:
          row.status === 'ended' || armUntil === null || waitMs === null
            ? null
            : await deadline(armUntil, waitMs),
      };
    },

    async serveDeadline(journey) {
      const { status, state, waitMs, poke } = await record.reachDeadline(journey);
      const next = status === 'ended' ? null : nextDeadline(state);
      if (!next || waitMs === null) return { deadline: null, lookAgain: true };
      return { deadline: await deadline(next.at, waitMs), lookAgain: poke };
    },

    markArmed: (journey, claim) => record.markArmed(journey, claim),
    recordFact: (journey, message) => record.receive(journey, message),
  };
}
