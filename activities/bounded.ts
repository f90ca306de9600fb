import { z } from 'zod';
import { earliestInstant, isStorable, latestInstant } from '../store/bounds.ts';

/** What other systems may send, within what the record can hold; the API takes no more. */

/** UTC epoch milliseconds, from 1900 to 2199. */
export const instant = z
  .int()
  .min(earliestInstant)
  .max(latestInstant - 1);

export const text = (most: number) => z.string().trim().min(1).max(most).refine(isStorable);

const factName = z
  .string()
  .max(100)
  .regex(/^[a-z][A-Za-z0-9]*$/u);
export const facts = z.record(
  factName,
  z.union([z.number(), z.string().max(4_000).refine(isStorable), z.boolean()]),
);
export const anchors = z.record(factName, instant);

/** A step occurrence, such as `follow-up-ct#3`. */
export const stepReference = z
  .string()
  .max(200)
  .regex(/^[a-z][a-z0-9-]*#[1-9][0-9]{0,5}$/u);

/** As an interface names itself, such as `lis`. */
export const sourceName = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/u);
/** As the sending system names its message. */
export const messageId = z.string().regex(/^[\x21-\x7e]{1,200}$/u);
