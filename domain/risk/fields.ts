import { z } from 'zod';
import { scoreError } from './model.ts';
import type { ScoreError } from './model.ts';

/** Age in years. The outer bounds catch slips of the pen; each model checks its own population. */
export const age = z.number().min(0).max(130);

export const sex = z.enum(['male', 'female']);

/** Body mass index in kg/m². The bounds are of plausibility: a height in the weight's place falls outside. */
export const bmi = z.number().min(10).max(80);

/** Years that somebody did something. */
export const years = z.number().min(0).max(120);

/** @returns age in completed years, as rules and tables mean it: 74.9 is still 74 */
export const completedYears = (ageInYears: number): number => Math.floor(ageInYears);

/**
 * Checks the population of a model by age, in completed years.
 *
 * @returns an error that says why, or `undefined` when the age is inside
 */
export function outsideAges(
  ageInYears: number,
  from: number,
  to: number,
  why: { zh: string; en: string },
): { error: ScoreError } | undefined {
  const reached = completedYears(ageInYears);
  if (reached >= from && reached <= to) return undefined;
  return scoreError(
    'outsidePopulation',
    'age',
    `年龄 ${ageInYears} 岁不在 ${from}–${to} 岁之内：${why.zh}`,
    `Age ${ageInYears} is not within ${from}–${to}: ${why.en}`,
  );
}
