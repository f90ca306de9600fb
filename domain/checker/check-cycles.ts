import { own } from '../definition/own.ts';
import { parseDuration } from '../model/duration.ts';
import type { Opening, StepEntry } from './context.ts';
import { shorterThan } from './duration-bounds.ts';
import { openedBy, opensAtOnce, type Edge, type JourneyGraph } from './journey-graph.ts';
import { limits } from './limits.ts';
import { say } from '../model/localized.ts';
import { error, type Problem } from './problem.ts';

/** @returns cycles that the program could go round by itself, without anybody acting and without time passing */
export function checkCycles(graph: JourneyGraph): Problem[] {
  const next = new Map<string, { to: string; edge: Edge }[]>();
  for (const entry of graph.context.steps.values()) next.set(entry.id, immediate(graph, entry));
  const state = new Map<string, 'open' | 'closed'>();
  const problems: Problem[] = [];
  const walk = (id: string, trail: readonly { to: string; edge: Edge }[]): void => {
    state.set(id, 'open');
    for (const hop of next.get(id) ?? []) {
      const way = [...trail, hop];
      if (state.get(hop.to) === 'open') problems.push(cycle(way, hop.to));
      else if (!state.has(hop.to)) walk(hop.to, way);
    }
    state.set(id, 'closed');
  };
  for (const id of next.keys()) if (!state.has(id)) walk(id, []);
  return problems;
}

function immediate(graph: JourneyGraph, entry: StepEntry): { to: string; edge: Edge }[] {
  const byItself = graph.automatic.get(entry.id) ?? [];
  const byClock = timesOutAtOnce(graph, entry)
    ? (graph.edges.get(entry.id) ?? []).filter(({ outcome }) => outcome === entry.kind.timeout)
    : [];
  const moving = entry.step.kind === 'series' ? byClock : [...byItself, ...byClock];
  return moving.flatMap((edge) =>
    openedBy(graph.context, edge)
      .filter((opening) => opensAtOnce(opening, edge) !== 'never' || hardlyLater(opening))
      .map(({ step }) => ({ to: step, edge })),
  );
}

/** A message that brings itself back every minute leaves nobody the time to act either. */
const hardlyLater = (opening: Opening): boolean =>
  opening.in !== undefined && shorterThan(opening.in, limits.repeatAtLeast);

/** Whoever made the appointment took time about it; a series moves on along its schedule. */
function timesOutAtOnce({ context }: JourneyGraph, { kind, step }: StepEntry): boolean {
  if (!kind.timeout || kind.timeoutNeedsAppointment || step.kind === 'series') return false;
  const ladder = step.ladder === undefined ? undefined : own(context.source.ladders, step.ladder);
  const after = step.missedAfter ?? step.expiresAfter ?? ladder?.rungs.at(-1)?.after ?? '0d';
  if (parseDuration(after).amount > 0) return false;
  const cases = Array.isArray(step.due) ? step.due : step.due ? [step.due] : [];
  const lengths = cases.map((item) =>
    'otherwise' in item ? (typeof item.otherwise === 'string' ? item.otherwise : item.otherwise.in) : item.in,
  );
  return step.anchor !== undefined || lengths.some((length) => parseDuration(length).amount === 0);
}

function cycle(trail: readonly { to: string; edge: Edge }[], back: string): Problem {
  const start = trail.findIndex(({ edge }) => edge.step.id === back);
  const round = trail.slice(Math.max(start, 0));
  const names = [...round.map(({ edge }) => edge.step.id), back].join(' → ');
  return error(
    'cycle-without-time',
    round.at(-1)?.edge.path ?? [],
    say(`${names} 可以无休止地循环，而时间不前进。`, `${names} can go round for ever without time passing.`),
    say(
      '请在其中一处加上时间，例如 open: { 步骤: { in: 7d } }。',
      'Let time pass somewhere on the way, for example open: { step: { in: 7d } }.',
    ),
    { story: round.map(({ edge }) => edge.told) },
  );
}
