import type { StepSource } from '../definition/source.ts';
import { own } from '../definition/own.ts';
import { checkCases } from './check-conditions.ts';
import type { CheckContext, StepEntry } from './context.ts';
import { isNegative, isPositive, surelyBefore } from './duration-bounds.ts';
import { limits, tooLong, tooShort } from './limits.ts';
import { say } from '../model/localized.ts';
import { error, warning, type Problem } from './problem.ts';

/** @returns what is wrong with the lengths of time of a step: its deadline, its lead, its schedule, when it counts as missed */
export function checkLengths(context: CheckContext, entry: StepEntry): Problem[] {
  return [...lengths(entry), ...timeoutOfBooking(context, entry), ...dueCases(context, entry)];
}

function lengths({ id, step, path }: StepEntry): Problem[] {
  const problems: Problem[] = [];
  const bad = (part: string, at: readonly (string | number)[], zh: string, en: string): void => {
    problems.push(
      error(
        'duration-not-positive',
        [...path, part, ...at],
        say(`“${id}”的${part}${zh}。`, `The "${part}" of "${id}" ${en}.`),
        say('请改为更长的时间。', 'Write a longer time.'),
      ),
    );
  };
  for (const part of ['missedAfter', 'expiresAfter'] as const) {
    const length = step[part];
    if (length === undefined) continue;
    if (isNegative(length)) bad(part, [], '不能早于到期', 'cannot be before the due date');
    problems.push(
      ...tooLong(length, limits.timeout, [...path, part], [`“${id}”的${part}`, `The "${part}" of "${id}"`]),
    );
  }
  if (step.lead !== undefined) {
    if (!isPositive(step.lead)) bad('lead', [], '须大于零', 'must be more than nothing');
    problems.push(
      ...tooLong(step.lead, limits.lead, [...path, 'lead'], [`“${id}”的lead`, `The "lead" of "${id}"`]),
    );
  }
  for (const [index, entry] of (step.schedule ?? []).entries())
    problems.push(...scheduleProblems(step, index, entry, path));
  return problems;
}

/** Nobody misses an appointment on its own day: the clock waits for the next one, whatever the ladder says. */
function timeoutOfBooking({ source }: CheckContext, { id, step, path, kind }: StepEntry): Problem[] {
  if (!kind.timeoutNeedsAppointment) return [];
  const given = step.missedAfter;
  const after =
    given ?? (step.ladder === undefined ? undefined : own(source.ladders, step.ladder)?.rungs.at(-1)?.after);
  if (after === undefined || isNegative(after)) return [];
  return tooShort(
    after,
    limits.bookingTimeoutAtLeast,
    [...path, given === undefined ? 'ladder' : 'missedAfter'],
    [`“${id}”从预约到算作未到的时间`, `The time after which an appointment of "${id}" counts as missed`],
    [
      `请写 missedAfter，至少 ${limits.bookingTimeoutAtLeast} 或 1wd。`,
      `Give "missedAfter", at least ${limits.bookingTimeoutAtLeast} or 1wd.`,
    ],
  );
}

type ScheduleEntry = NonNullable<StepSource['schedule']>[number];

const dayUnits = /(?:d|w)$/u;
const monthUnits = /(?:mo|y)$/u;

function scheduleProblems(
  step: StepSource,
  index: number,
  entry: ScheduleEntry,
  path: StepEntry['path'],
): Problem[] {
  const at = [...path, 'schedule', index];
  const wrong = (zh: string, en: string): Problem[] => [
    error(
      'schedule-not-increasing',
      at,
      say(zh, en),
      say(
        '例如 [{ every: 3mo, until: 2y }, { every: 6mo, until: 5y }]。',
        'Write for example [{ every: 3mo, until: 2y }, { every: 6mo, until: 5y }].',
      ),
    ),
  ];
  const all = (step.schedule ?? []).slice(0, index + 1).flatMap(({ every, until }) => [every, until]);
  const oneFamily =
    all.every((text) => monthUnits.test(text)) ||
    all.every((text) => dayUnits.test(text) && !text.endsWith('wd'));
  if (!oneFamily)
    return wrong(
      '计划须统一用月和年，或统一用天和周。',
      'A schedule counts in months and years, or in days and weeks, throughout.',
    );
  if (!isPositive(entry.every))
    return wrong('随访间隔须大于零。', 'A schedule with no time between its points never ends.');
  const before = step.schedule?.[index - 1];
  if (before && !surelyBefore(before.until, entry.until))
    return wrong('每一段须晚于上一段。', 'Each part of a schedule ends later than the one before it.');
  if (surelyBefore(entry.until, entry.every))
    return wrong('这一段里没有一次随访。', 'There is no point in this part of the schedule.');
  return [
    ...tooLong(entry.every, limits.every, [...at, 'every'], ['随访间隔', 'The time between two points']),
    ...tooLong(entry.until, limits.until, [...at, 'until'], ['随访期', 'The schedule']),
  ];
}

function dueCases(context: CheckContext, { id, step, path }: StepEntry): Problem[] {
  const due = step.due;
  if (due === undefined) return [];
  const at = [...path, 'due'];
  const problems: Problem[] = [];
  if (step.kind === 'series' && Array.isArray(due))
    return [
      error(
        'misplaced-part',
        at,
        say(
          `定期随访“${id}”的 due 只是计划日之后的宽限，不能分情况。`,
          `The "due" of the series "${id}" is the grace after each planned point and takes no conditions.`,
        ),
        say('例如 due: { in: 14d }。', 'Write for example due: { in: 14d }.'),
      ),
    ];
  const cases = Array.isArray(due)
    ? due.map((item, index) =>
        'when' in item
          ? { when: item.when, in: item.in, path: [...at, index], inPath: [...at, index, 'in'] }
          : typeof item.otherwise === 'string'
            ? { in: item.otherwise, path: [...at, index], inPath: [...at, index, 'otherwise'] }
            : { in: item.otherwise.in, path: [...at, index], inPath: [...at, index, 'otherwise', 'in'] },
      )
    : [{ in: due.in, path: at, inPath: [...at, 'in'] }];
  const counted = step.anchor === undefined ? limits.due : limits.dueFromAnchor;
  const most = step.kind === 'series' ? limits.grace : counted;
  for (const item of cases) {
    if (isNegative(item.in))
      problems.push(
        error(
          'duration-not-positive',
          item.inPath,
          say(`“${id}”的期限在过去。`, `The deadline of "${id}" lies in the past.`),
          say('请写零或更长的时间。', 'Write nothing (0d) or a longer time.'),
        ),
      );
    problems.push(...tooLong(item.in, most, item.inPath, [`“${id}”的期限`, `The deadline of "${id}"`]));
  }
  problems.push(...leadTooLong(step, cases, path));
  if (Array.isArray(due)) problems.push(...checkCases(context, { cases, path: at }));
  return problems;
}

/** Longer than every deadline it is a slip; longer than some, the step opens at once in those cases. */
function leadTooLong(
  { kind, lead }: StepSource,
  cases: readonly { readonly in: string }[],
  path: StepEntry['path'],
): Problem[] {
  // The grace of a series has nothing to do with when it opens.
  if (lead === undefined || kind === 'series') return [];
  const shorter = cases.filter((item) => surelyBefore(item.in, lead)).length;
  if (shorter === 0) return [];
  const tell = shorter === cases.length ? error : warning;
  return [
    tell(
      'lead-longer-than-due',
      [...path, 'lead'],
      say(
        `lead（${lead}）比期限还长，步骤会立即打开。`,
        `The "lead" (${lead}) is longer than the deadline, so that the step opens at once.`,
      ),
      say('请缩短 lead。', 'Shorten "lead".'),
    ),
  ];
}
