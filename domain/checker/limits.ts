import { longerThan, shorterThan } from './duration-bounds.ts';
import { say } from '../model/localized.ts';
import { error, type Problem, type ProblemPath } from './problem.ts';

/**
 * The longest and shortest lengths of time that a definition may write. A deadline in the year 2526 is written as
 * easily as one in a fortnight, and strands a resident as surely as none at all.
 */
export const limits = {
  /** A step that opens now: screening comes round yearly or every other year. */
  due: '2y',
  /** Counted from an anchor: surveillance after a clear colonoscopy comes round after ten years. */
  dueFromAnchor: '10y',
  /** What an opener puts off, `open: { step: { in } }`; counted `from` an anchor it may be as long as a deadline. */
  opensIn: '2y',
  opensInFromAnchor: '10y',
  /** Between two planned points of a series. */
  every: '10y',
  /** From the anchor of a series to its last point: follow-up may last the rest of a life. */
  until: '30y',
  /** After a planned point, until a visit counts as due. */
  grace: '90d',
  /** A reminder before the due date. */
  firstRung: '90d',
  /** From then on a member of staff is told again and again, so it is when an overdue resident surely comes to notice. */
  lastRung: '90d',
  /** Sooner, nobody has had the time to act; later than a month, the last rung has fallen silent. */
  repeatAtLeast: '1h',
  repeat: '31d',
  /** What is missed or has expired leads somewhere; until then it only waits. */
  timeout: '1y',
  /** An appointment at three in the afternoon is not missed in the morning, nor by who comes an hour late. */
  bookingTimeoutAtLeast: '1d',
  /** A step may wait as scheduled for its whole length, and not longer. */
  lead: '1y',
  /** A message that may leave for less than an hour seldom does; after three months nobody knows what it is about. */
  messageValidAtLeast: '1h',
  messageValid: '90d',
} as const;

/** A rung more is a message more for somebody: beyond these a ladder is noise. */
export const maximumRungs = 12;

/** @returns a problem when the length is over the limit; `what` names the part in Chinese and English */
export function tooLong(
  text: string,
  most: string,
  path: ProblemPath,
  what: readonly [zh: string, en: string],
): Problem[] {
  if (!longerThan(text, most)) return [];
  return [
    error(
      'duration-too-long',
      path,
      say(
        `${what[0]}（${text}）太长：到那时居民早已被遗忘。`,
        `${what[1]} (${text}) is too long: the resident would be forgotten by then.`,
      ),
      say(`最长 ${most}。`, `Write at most ${most}.`),
    ),
  ];
}

/** @returns a problem when the length is under the limit */
export function tooShort(
  text: string,
  least: string,
  path: ProblemPath,
  what: readonly [zh: string, en: string],
  remedy: readonly [zh: string, en: string] = [`至少 ${least}。`, `Write at least ${least}.`],
): Problem[] {
  if (!shorterThan(text, least)) return [];
  return [
    error(
      'duration-too-short',
      path,
      say(`${what[0]}（${text}）太短。`, `${what[1]} (${text}) is too short.`),
      say(remedy[0], remedy[1]),
    ),
  ];
}
