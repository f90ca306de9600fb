import { error, type Problem, type ProblemPath } from '../checker/problem.ts';
import { say } from '../model/localized.ts';
import type { Pool, WeeklySession } from './pool.ts';

interface Hours {
  readonly from: string;
  readonly until: string;
}

const overlap = (a: Hours, b: Hours): boolean => a.from < b.until && b.from < a.until;

/** Whether both apply on one day of the week, at one time of that day, in one part of the year. */
function collide(a: WeeklySession, b: WeeklySession): string | undefined {
  const lastOf = ({ validUntil }: WeeklySession): string => validUntil ?? '9999-12-31';
  if (!overlap(a, b) || a.validFrom > lastOf(b) || b.validFrom > lastOf(a)) return undefined;
  return a.days.find((day) => b.days.includes(day));
}

/**
 * @param base where the pool stands in its file
 * @returns what is wrong with a pool beyond its shape: sessions in which no slot fits, that end before they begin or
 *   overlap, and what is kept for the green channel beyond what there is
 */
export function checkPool(pool: Pool, base: ProblemPath = []): Problem[] {
  return [
    ...[...pool.weekly.entries()].flatMap(([i, session]) => [
      ...hoursProblems(session, [...base, 'weekly', i]),
      ...validityProblems(session, [...base, 'weekly', i]),
      ...overlapProblems(pool, i, [...base, 'weekly', i]),
    ]),
    ...[...pool.extra.entries()].flatMap(([i, session]) => [
      ...hoursProblems(session, [...base, 'extra', i]),
      ...extraProblems(pool, i, [...base, 'extra', i]),
    ]),
    ...[...pool.closures.entries()].flatMap(([i, { from = '00:00', until = '24:00' }]) =>
      from < until ? [] : [endsFirst([...base, 'closures', i, 'until'])],
    ),
    ...greenProblems(pool, base),
  ];
}

const endsFirst = (path: ProblemPath): Problem =>
  error(
    'ends-before-it-begins',
    path,
    say('结束时刻不晚于开始时刻。', 'It ends before it begins.'),
    say(
      '请写当天较晚的时刻；跨午夜请分成两段。',
      'Write a later time of the same day; split what crosses midnight.',
    ),
  );

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

function hoursProblems(session: Hours & { readonly minutes: number }, path: ProblemPath): Problem[] {
  if (session.from >= session.until) return [endsFirst([...path, 'until'])];
  const length = minutesOf(session.until) - minutesOf(session.from);
  if (length >= session.minutes) return [];
  return [
    error(
      'no-slot-fits',
      [...path, 'minutes'],
      say(
        `${length} 分钟的时段里放不下一个 ${session.minutes} 分钟的号。`,
        `No slot of ${session.minutes} minutes fits into ${length} minutes.`,
      ),
      say('请缩短每个号，或延长时段。', 'Make the slot shorter or the session longer.'),
    ),
  ];
}

function validityProblems({ validFrom, validUntil }: WeeklySession, path: ProblemPath): Problem[] {
  if (validUntil === undefined || validFrom <= validUntil) return [];
  return [
    error(
      'valid-until-before-from',
      [...path, 'validUntil'],
      say(`失效日 ${validUntil} 早于生效日 ${validFrom}。`, `It ends on ${validUntil}, before ${validFrom}.`),
      say('请写同日或较晚的日期，或删去失效日。', 'Write that day or a later one, or leave it out.'),
    ),
  ];
}

const twice = (path: ProblemPath, other: string, when: string): Problem =>
  error(
    'sessions-overlap',
    path,
    say(
      `与 ${other} 在 ${when} 重叠，同一时间会放两次号。`,
      `It overlaps ${other} on ${when}: that time would be given away twice.`,
    ),
    say(
      '请错开时间，或合为一段并写总容量。',
      'Keep them apart, or make one session of both with the whole capacity.',
    ),
  );

function overlapProblems(pool: Pool, i: number, path: ProblemPath): Problem[] {
  const session = pool.weekly[i];
  if (!session) return [];
  return pool.weekly.slice(0, i).flatMap((earlier, j) => {
    const day = collide(earlier, session);
    return day === undefined ? [] : [twice(path, `weekly[${j}]`, day)];
  });
}

function extraProblems(pool: Pool, i: number, path: ProblemPath): Problem[] {
  const session = pool.extra[i];
  if (!session) return [];
  const { day } = session;
  const earlier = pool.extra.slice(0, i).findIndex((one) => one.day === day && overlap(one, session));
  return earlier >= 0 ? [twice(path, `extra[${earlier}]`, day)] : [];
}

function greenProblems({ greenChannel, weekly, extra, audience }: Pool, base: ProblemPath): Problem[] {
  if (!greenChannel) return [];
  const path = [...base, 'greenChannel'];
  const least = Math.min(...[...weekly, ...extra].map(({ capacity }) => capacity));
  return [
    ...(greenChannel.places > least
      ? [
          error(
            'more-kept-than-there-is',
            [...path, 'places'],
            say(
              `为绿色通道保留 ${greenChannel.places} 个，而有的号只有 ${least} 个名额。`,
              `It keeps ${greenChannel.places} places for the green channel, and some slots have ${least}.`,
            ),
            say(`请写不超过 ${least} 的数。`, `Write at most ${least}.`),
          ),
        ]
      : []),
    ...(audience === 'green-channel'
      ? [
          error(
            'kept-from-itself',
            path,
            say(
              '绿色通道专用号池不必再为绿色通道保留名额。',
              'A pool for the green channel keeps nothing for the green channel.',
            ),
            say('请删去 greenChannel。', 'Leave greenChannel out.'),
          ),
        ]
      : []),
  ];
}
