import { z } from 'zod';

/**
 * A length of time as definitions write it: `30min`, `8h`, `14d`, `2w`, `6mo`, `5y`, or working days `3wd`.
 * `min` and `h` are exact; the others count days in the district's time zone.
 */
export const durationUnits = ['min', 'h', 'd', 'w', 'mo', 'y', 'wd'] as const;
export type DurationUnit = (typeof durationUnits)[number];

export interface Duration {
  readonly amount: number;
  readonly unit: DurationUnit;
}

const pattern = /^(-?\d{1,5})(min|h|d|w|mo|y|wd)$/u;

/** The text form, checked. Negative lengths are for rungs before the due date (`-1d`). */
export const durationSchema = z
  .string()
  .regex(pattern, 'write a length of time such as 30min, 8h, 14d, 2w, 6mo, 5y or 3wd (working days)');

/** Definitions write few different lengths, and journeys ask for them with every event: each is parsed once. */
const parsed = new Map<string, Duration>();

/** @returns the parts of a text that {@link durationSchema} accepts @throws Error on any other text */
export function parseDuration(text: string): Duration {
  const known = parsed.get(text);
  if (known) return known;
  const match = pattern.exec(text);
  if (!match)
    throw new Error(
      `"${text}" is not a length of time; write one such as 30min, 8h, 14d, 2w, 6mo, 5y or 3wd.`,
    );
  const duration: Duration = { amount: Number(match[1]), unit: match[2] as DurationUnit };
  parsed.set(text, duration);
  return duration;
}
