import { createHash } from 'node:crypto';
import type { Actor, JourneyEvent } from '../../domain/model/event.ts';
import { asEventId, asJourneyId, asStepRef, type JourneyId } from '../../domain/model/ids.ts';
import type { Dated } from '../../domain/simulator/simulate.ts';
import type { Adoptee } from '../../store/adoptees.ts';
import type { StaffMember } from '../../store/staff.ts';
import { bodyHash } from '../../store/canonical-json.ts';
import { instantOfText, type HistoryLine, type NumberedLine } from './line.ts';

/** The lines of one journey, in the order of their instants. */
export interface JourneyLines {
  readonly journey: JourneyId;
  readonly identityNumber: string;
  readonly pathway: string;
  readonly lines: readonly NumberedLine[];
}

/** The same for the same first line, whenever and by whomever it is adopted. */
function journeyIdOf(first: HistoryLine): JourneyId {
  const { rejected: _rejected, ...content } = first;
  const hex = createHash('sha256').update(bodyHash(content)).digest('hex');
  // Version 8 of RFC 9562: made from what the maker likes.
  return asJourneyId(
    `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`,
  );
}

/**
 * Sorts lines into journeys: those of one resident on one pathway, a new journey with every `enrolled`.
 * @returns the journeys of each person on each pathway, in order, and the lines that stand before any enrolment
 */
export function groupLines(
  lines: readonly NumberedLine[],
  zone: string,
): { people: JourneyLines[][]; orphans: NumberedLine[] } {
  const byPerson = new Map<string, NumberedLine[]>();
  for (const one of lines) {
    const key = `${one.line.identityNumber.toUpperCase()} ${one.line.pathway}`;
    const found = byPerson.get(key);
    if (found) found.push(one);
    else byPerson.set(key, [one]);
  }
  const people: JourneyLines[][] = [];
  const orphans: NumberedLine[] = [];
  for (const all of byPerson.values()) {
    const journeys: JourneyLines[] = [];
    let current: NumberedLine[] | undefined;
    const at = new Map(all.map((one) => [one, instantOfText(one.line.at, zone)]));
    for (const one of all.toSorted((a, b) => (at.get(a) ?? 0) - (at.get(b) ?? 0))) {
      if (one.line.kind === 'enrolled') {
        current = [];
        const { identityNumber, pathway } = one.line;
        const journey = journeyIdOf(one.line);
        journeys.push({ journey, identityNumber: identityNumber.toUpperCase(), pathway, lines: current });
      }
      if (current) current.push(one);
      else orphans.push(one);
    }
    if (journeys.length > 0) people.push(journeys);
  }
  return { people, orphans };
}

/** What turning lines into events needs to know of the record. */
export interface AdoptionRecord {
  readonly zone: string;
  /** By code. */
  readonly staff: ReadonlyMap<string, StaffMember>;
}

/** A line that names somebody who is not registered. */
export class UnknownStaff extends Error {
  override readonly name = 'UnknownStaff';
  readonly index: number;
  constructor(code: string, index: number) {
    super(`人员“${code}”未登记。The member of staff "${code}" is not registered.`);
    this.index = index;
  }
}

/** @returns the events of a journey, their ids made from their content @throws UnknownStaff */
export function eventsOf(
  { journey, lines }: JourneyLines,
  adoptee: Adoptee,
  record: AdoptionRecord,
): Dated[] {
  if (!adoptee.assignment) throw new Error(`resident ${adoptee.id} has no hospital`);
  const { assignment } = adoptee;
  const seen = new Map<string, number>();
  return lines.map(({ line }, index) => {
    const { rejected: _rejected, identityNumber: _identityNumber, ...content } = line;
    const hash = bodyHash(content);
    const nth = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, nth);
    const id = asEventId(`adopt/${journey}/${hash}${nth > 1 ? `/${nth}` : ''}`);
    const staffOf = (code: string): StaffMember => {
      const found = record.staff.get(code);
      if (!found) throw new UnknownStaff(code, index);
      return found;
    };
    const actor = (code: string): Actor => {
      const { id: staff, role } = staffOf(code);
      return { kind: 'staff', id: staff, role };
    };
    const by: Actor = line.by === undefined ? { kind: 'outside', system: 'adopted' } : actor(line.by);
    const at = instantOfText(line.at, record.zone);
    const instant = (text: string): number => instantOfText(text, record.zone);
    return { at, event: eventOf(line, { id, by }, at, instant, staffOf, adoptee, assignment) };
  });
}

function eventOf(
  line: HistoryLine,
  common: Pick<JourneyEvent, 'id' | 'by'>,
  happenedAt: number,
  instant: (text: string) => number,
  staffOf: (code: string) => StaffMember,
  { birthDate, sex }: Adoptee,
  assignment: NonNullable<Adoptee['assignment']>,
): JourneyEvent {
  const anchors = (given: Readonly<Record<string, string>> | undefined) =>
    given && {
      anchors: Object.fromEntries(Object.entries(given).map(([name, text]) => [name, instant(text)])),
    };
  switch (line.kind) {
    case 'enrolled':
      return {
        kind: 'Enrolled',
        ...common,
        resident: { birthDate, sex },
        assignment,
        ...(line.facts && { facts: line.facts }),
        ...(line.stage !== undefined && { stage: line.stage }),
        ...anchors(line.anchors),
      };
    case 'outcome':
      return {
        kind: 'OutcomeRecorded',
        ...common,
        step: asStepRef(line.step),
        outcome: line.outcome,
        happenedAt,
        ...(line.facts && { facts: line.facts }),
        ...(line.appointmentAt !== undefined && { appointmentAt: instant(line.appointmentAt) }),
        ...(line.reason !== undefined && { reason: line.reason }),
      };
    case 'facts':
      return {
        kind: 'FactsCorrected',
        ...common,
        happenedAt,
        reason: line.reason ?? '既往记录 / earlier record',
        ...(line.facts && { facts: line.facts }),
        ...anchors(line.anchors),
      };
    case 'assigned':
      return { kind: 'Assigned', ...common, step: asStepRef(line.step), staff: staffOf(line.staff).id };
    case 'acknowledged':
      return {
        kind: 'Acknowledged',
        ...common,
        step: asStepRef(line.step),
        until: instant(line.until),
        ...(line.reason !== undefined && { reason: line.reason }),
      };
    case 'extended':
      return {
        kind: 'Extended',
        ...common,
        step: asStepRef(line.step),
        until: instant(line.until),
        reason: line.reason,
      };
    case 'paused':
      return {
        kind: 'Paused',
        ...common,
        reason: line.reason,
        until: instant(line.until),
        ...(line.note !== undefined && { note: line.note }),
      };
    case 'resumed':
      return { kind: 'Resumed', ...common };
    case 'ended':
      return {
        kind: 'Ended',
        ...common,
        ending: line.ending,
        happenedAt,
        ...(line.reason !== undefined && { reason: line.reason }),
      };
    case 'reopened':
      return { kind: 'Reopened', ...common, reason: line.reason };
  }
}
