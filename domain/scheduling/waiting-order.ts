/** How soon somebody who waits is to be seen, most urgent first. */
export const urgencies = ['green-channel', 'urgent', 'routine'] as const;
export type Urgency = (typeof urgencies)[number];

const dayMs = 86_400_000;

/**
 * How long somebody less urgent must have waited more to be offered a place first. So urgency goes before waiting, and
 * waiting counts all the same: whoever has waited that much longer cannot be overtaken any more, and nobody starves.
 */
export const headStartMs: Readonly<Record<Urgency, number>> = {
  // confirm: a default of this programme; the shorter deadlines of the green channel are days.
  'green-channel': 60 * dayMs,
  // confirm
  urgent: 21 * dayMs,
  routine: 0,
};

/**
 * @param joinedAt UTC epoch milliseconds
 * @returns the instant by which a waiting list is ordered, earliest first; it never changes while somebody waits, so
 *   the order needs no computing anew
 */
export const ranksAt = (urgency: Urgency, joinedAt: number): number => joinedAt - headStartMs[urgency];
