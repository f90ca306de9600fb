import { demonstrationHistories } from '../../cli/demonstration/histories.ts';
import { demonstrationResidents, type DemonstrationResident } from '../../cli/demonstration/people.ts';
import type { HistoryLine } from '../../cli/adopt/line.ts';
import { mustPoke } from '../../domain/clock/poke-rule.ts';
import { officialCalendar } from '../../domain/calendar/working-calendar.ts';
import { compileDefinition } from '../../domain/definition/compile.ts';
import type { Definition } from '../../domain/definition/definition.ts';
import type { Actor, JourneyEvent } from '../../domain/model/event.ts';
import { asEventId, asJourneyId, asStepRef, type JourneyId } from '../../domain/model/ids.ts';
import { isRefusal } from '../../domain/model/refusal.ts';
import type { JourneyState } from '../../domain/model/state.ts';
import { nextDeadline } from '../../domain/transition/next-deadline.ts';
import { transition } from '../../domain/transition/transition.ts';
import { readDefinitionFile } from '../../tests/support/shipped.ts';

export const calendar = officialCalendar();
/** The day of the demonstration; the same one gives the same log. */
const day = '2026-06-01';
const staff: Actor = { kind: 'staff', id: 'staff-1', role: 'district-coordinator' };

export interface History {
  readonly journey: JourneyId;
  readonly events: readonly { readonly event: JourneyEvent; readonly at: number }[];
}

export interface Log {
  readonly definition: Definition;
  readonly histories: readonly History[];
  /** Events that were not deadlines, and how many of them had to wake the clock. */
  readonly commands: number;
  readonly pokes: number;
}

type Draft = JourneyEvent extends infer E ? (E extends JourneyEvent ? Omit<E, 'id'> : never) : never;

/** @returns the event that a line of the demonstration stands for; it has three kinds of them */
function eventOf(line: HistoryLine, resident: DemonstrationResident): Draft {
  const by = staff;
  const at = Date.parse(line.at);
  if (line.kind === 'enrolled') {
    const { birthDate, sex } = resident;
    const assignment = { district: 'district', hospital: 'hospital', centre: 'centre', doctor: 'staff-1' };
    return { kind: 'Enrolled', by, resident: { birthDate, sex }, assignment };
  }
  if (line.kind === 'ended') return { kind: 'Ended', by, ending: line.ending };
  if (line.kind !== 'outcome') throw new Error(`the demonstration has a line of kind "${line.kind}"`);
  const { outcome, facts, appointmentAt, reason } = line;
  return {
    kind: 'OutcomeRecorded',
    by,
    step: asStepRef(line.step),
    outcome,
    happenedAt: at,
    ...(facts && { facts }),
    ...(appointmentAt !== undefined && { appointmentAt: Date.parse(appointmentAt) }),
    ...(reason !== undefined && { reason }),
  };
}

/**
 * The log of the demonstration district, as it would have grown in the living system: the dated histories of its
 * journeys, with the deadlines that fell due in between. What the rules then refuse is left out.
 */
export function demonstrationLog(): Log {
  const definition = compileDefinition(readDefinitionFile('lung.yaml'), 1);
  const residents = demonstrationResidents(day);
  const people = new Map(residents.map((resident) => [resident.identityNumber, resident]));
  const histories: History[] = [];
  let commands = 0;
  let pokes = 0;
  for (const lines of demonstrationHistories(definition, calendar, residents, day)) {
    const journey = asJourneyId(`00000000-0000-4000-8000-${String(histories.length).padStart(12, '0')}`);
    const events: { event: JourneyEvent; at: number }[] = [];
    let state: JourneyState | null = null;
    let armedUntil: number | null = null;
    const next = (): number | null => state && (nextDeadline(state)?.at ?? null);
    const take = (draft: Draft, at: number): void => {
      const event = { ...draft, id: asEventId(`${journey}/${events.length + 1}`) } as JourneyEvent;
      const ended = Boolean(state?.ending);
      const taken = transition(definition, state, event, at, calendar, journey);
      if (isRefusal(taken)) return;
      state = taken.state;
      events.push({ event, at });
      if (event.kind === 'DeadlineReached') {
        armedUntil = next();
        return;
      }
      const poke = mustPoke({
        nextDeadlineAt: next(),
        armedUntil,
        outsideWork: taken.effects.some(({ kind }) => kind === 'OutsideWorkRequested'),
        ended: event.kind === 'Enrolled' || Boolean(taken.state.ending) !== ended,
      });
      commands += 1;
      if (!poke) return;
      pokes += 1;
      armedUntil = next();
    };
    for (const { line } of lines) {
      const resident = people.get(line.identityNumber);
      if (!resident) throw new Error('a history of nobody');
      const at = Date.parse(line.at);
      for (let due = next(); due !== null && due < at; due = next())
        take({ kind: 'DeadlineReached', by: { kind: 'system' } }, due);
      // A timer that fired when nothing was due any more was set again, to the deadline by then.
      if (armedUntil !== null && armedUntil < at) armedUntil = next();
      take(eventOf(line, resident), at);
    }
    histories.push({ journey, events });
  }
  return { definition, histories, commands, pokes };
}
