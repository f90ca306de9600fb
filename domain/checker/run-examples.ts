import { civilDay, civilText } from '../calendar/civil-day.ts';
import { compileCalendar, officialCalendar, type WorkingCalendar } from '../calendar/working-calendar.ts';
import { compileDefinition } from '../definition/compile.ts';
import type { Definition } from '../definition/definition.ts';
import type { DefinitionSource, ExampleSource } from '../definition/source.ts';
import type { Enrolled, OutcomeRecorded } from '../model/event.ts';
import { asEventId, asJourneyId, stepIdOf, type StepRef } from '../model/ids.ts';
import { isRefusal } from '../model/refusal.ts';
import type { JourneyState } from '../model/state.ts';
import { simulate, type Dated } from '../simulator/simulate.ts';
import { say } from '../model/localized.ts';
import { error, type Problem, type ProblemPath } from './problem.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;
/** After the morning in which the deadlines of a day fall, so that an event of that day finds them served. */
const eventHour = 12;
const journey = asJourneyId('00000000-0000-4000-8000-000000000000');
const recorder = { kind: 'staff', id: 'example', role: 'family-doctor' } as const;

/** @returns the examples of the definition that do not come true; each shows what happened instead */
export function runExamples(source: DefinitionSource): Problem[] {
  if (source.examples.length === 0) return [];
  const definition = compileDefinition(source, 1);
  const calendar = officialCalendar();
  return source.examples.flatMap((example, index) =>
    runExample(definition, example, ['examples', index], calendar),
  );
}

function runExample(
  definition: Definition,
  example: ExampleSource,
  path: ProblemPath,
  calendar: WorkingCalendar,
): Problem[] {
  const days = compileCalendar(calendar);
  const noon = (date: string, order: number): number =>
    days.clock.instantOf(civilDay(date), eventHour * hourMs + order * minuteMs);
  const enrolled: Enrolled = {
    kind: 'Enrolled',
    id: asEventId('enrolled'),
    by: recorder,
    resident: example.resident,
    assignment: { district: 'district', hospital: 'hospital', centre: 'centre' },
  };
  const dates = [example.start, ...example.events.map(({ on }) => on)];
  const early = dates.findIndex((date, order) => date < (dates[order - 1] ?? date));
  if (early > 0) return [outOfOrder([...path, 'events', early - 1])];
  const dated: Dated[] = [{ at: days.clock.instantOf(civilDay(example.start), 9 * hourMs), event: enrolled }];
  for (const [order, event] of example.events.entries()) {
    const at = noon(event.on, order);
    const here = [...path, 'events', order];
    const { state } = simulate(definition, journey, dated, calendar, at);
    if (!state || state.ending) return [ended(here, event.step)];
    const recorded: OutcomeRecorded = {
      kind: 'OutcomeRecorded',
      id: asEventId(`event-${order + 1}`),
      by: recorder,
      step: latest(state, event.step),
      outcome: event.outcome,
      ...(event.facts && { facts: event.facts }),
      ...(event.appointment !== undefined && { appointmentAt: noon(event.appointment.slice(0, 10), 0) }),
      ...(event.reason !== undefined && { reason: event.reason }),
    };
    dated.push({ at, event: recorded });
    const entry = simulate(definition, journey, dated, calendar).log.at(-1);
    if (entry && 'refusal' in entry && isRefusal(entry.refusal))
      return [refused(here, entry.refusal.message)];
  }
  const { state } = simulate(definition, journey, dated, calendar);
  return state
    ? differences(state, example, [...path, 'expect'], (at) => civilText(days.clock.dayOf(at)))
    : [];
}

/** @returns the occurrence that is open, else the last one */
function latest(state: JourneyState, id: string): StepRef {
  const refs = (Object.keys(state.steps) as StepRef[]).filter((ref) => stepIdOf(ref) === id);
  const active = refs.find((ref) => ['open', 'scheduled'].includes(state.steps[ref]?.status ?? ''));
  return active ?? refs.at(-1) ?? (`${id}#1` as StepRef);
}

function differences(
  state: JourneyState,
  example: ExampleSource,
  path: ProblemPath,
  dayOf: (at: number) => string,
): Problem[] {
  const { expect } = example;
  const problems: Problem[] = [];
  const differs = (part: string, expected: string, found: string): void => {
    problems.push(
      error(
        'example-fails',
        [...path, part],
        say(
          `例子“${example.title.zh}”：${part} 应为 ${expected}，实为 ${found}。`,
          `The example "${example.title.en}" expects ${part} ${expected}, and it comes out as ${found}.`,
        ),
        say('请改正路径，或改正例子。', 'Correct the pathway, or the example.'),
      ),
    );
  };
  const active = Object.entries(state.steps).filter(
    ([, { status }]) => status === 'open' || status === 'scheduled',
  );
  const idsWith = (status?: string): string[] => [
    ...new Set(
      active.filter(([, step]) => !status || step.status === status).map(([ref]) => stepIdOf(ref as StepRef)),
    ),
  ];
  if (expect.stage !== undefined && state.stage !== expect.stage) differs('stage', expect.stage, state.stage);
  if (expect.ending !== state.ending?.kind && (expect.ending !== undefined || expect.open !== undefined))
    differs('ending', expect.ending ?? 'none', state.ending?.kind ?? 'none');
  // A scheduled step may be named, and need not be.
  else if (expect.open) {
    const missing = expect.open.filter((id) => !idsWith().includes(id));
    const surplus = idsWith('open').filter((id) => !expect.open?.includes(id));
    if (missing.length + surplus.length > 0)
      differs('open', expect.open.join(', '), idsWith().join(', ') || 'nothing');
  }
  for (const [id, date] of Object.entries(expect.due ?? {})) {
    const due = active.find(([ref]) => stepIdOf(ref as StepRef) === id)?.[1].dueAt;
    const found = due === undefined ? 'not open' : dayOf(due);
    if (found !== date) differs(`due`, `${id} ${date}`, found);
  }
  return problems;
}

const outOfOrder = (path: ProblemPath): Problem =>
  error(
    'example-fails',
    [...path, 'on'],
    say('例子里的事件没有按日期排列。', 'The events of the example are not in the order of their dates.'),
    say('请按日期排列。', 'Sort them by date.'),
  );

const ended = (path: ProblemPath, step: string): Problem =>
  error(
    'example-fails',
    path,
    say(
      `到这时旅程已经结束，不能再记录“${step}”。`,
      `The journey has ended by then; nothing can be recorded for "${step}".`,
    ),
    say('请改正路径，或改正例子。', 'Correct the pathway, or the example.'),
  );

const refused = (path: ProblemPath, message: { zh: string; en: string }): Problem =>
  error(
    'example-fails',
    path,
    say(`例子里的这一步被拒绝：${message.zh}`, `The rules refuse this event of the example: ${message.en}`),
    say('请改正路径，或改正例子。', 'Correct the pathway, or the example.'),
  );
