import { z } from 'zod';
import { age, bmi, outsideAges, years } from './fields.ts';
import { defineModel, scoreError, settled } from './model.ts';
import type { ScoreOutcome, ScoreWarning } from './model.ts';

// Tammemägi MC et al. N Engl J Med 2013;368:728-736, Table 2 (doi:10.1056/NEJMoa1211776); the constants
// were checked against resplab/PLCOm2012@5387abc (R).
const source = 'Tammemägi MC et al. N Engl J Med 2013;368:728-736, Table 2 (doi:10.1056/NEJMoa1211776)';

interface Coefficients {
  readonly intercept: number;
  readonly age: number;
  readonly education: number;
  readonly bmi: number;
  readonly copd: number;
  readonly personalCancer: number;
  readonly familyLungCancer: number;
  readonly current: number;
  readonly intensity: number;
  readonly duration: number;
  readonly quit: number;
}

// Table 2 of the paper.
const withRace: Coefficients = {
  intercept: -4.532506,
  age: 0.0778868,
  education: -0.0812744,
  bmi: -0.0274194,
  copd: 0.3553063,
  personalCancer: 0.4589971,
  familyLungCancer: 0.587185,
  current: 0.2597431,
  intensity: -1.822606,
  duration: 0.0317321,
  quit: -0.0308572,
};

// PLCOm2012noRace, the refit without race, as in resplab/PLCOm2012@5387abc.
const withoutRace: Coefficients = {
  intercept: -4.536696,
  age: 0.0778895,
  education: -0.0811569,
  bmi: -0.0251066,
  copd: 0.3606082,
  personalCancer: 0.4683545,
  familyLungCancer: 0.584541,
  current: 0.2675539,
  intensity: -1.767578,
  duration: 0.031949,
  quit: -0.0312719,
};

// Table 2. Some public code carries hispanic -0.734744; the odds ratio of 0.475 in the table gives -0.7434744.
const raceTerm = {
  white: 0,
  black: 0.3944778,
  hispanic: -0.7434744,
  asian: -0.466585,
  americanIndianAlaskanNative: 0,
  nativeHawaiianPacificIslander: 1.027152,
} as const;

// The values that Table 2 centres its predictors on.
const centre = { age: 62, education: 4, bmi: 27, intensity: 0.4021541613, duration: 27, quit: 10 } as const;

const inputWithoutRace = z.strictObject({
  age,
  /** 1 below high school, 2 high school, 3 training after it, 4 some college, 5 college, 6 postgraduate (Table 2). */
  education: z.number().int().min(1).max(6),
  bmi,
  copd: z.boolean(),
  personalCancer: z.boolean(),
  familyLungCancer: z.boolean(),
  smoker: z.enum(['current', 'former', 'never']),
  cigarettesPerDay: z.number().min(0).max(200),
  smokingYears: years,
  quitYears: years,
});
const inputWithRace = inputWithoutRace.extend({
  race: z.enum(Object.keys(raceTerm) as [keyof typeof raceTerm, ...(keyof typeof raceTerm)[]]),
});

type Input = z.infer<typeof inputWithoutRace>;

export interface PlcoResult {
  /** Probability of lung cancer within six years, 0–1. */
  readonly risk: number;
  readonly highRisk: boolean;
}

const developmentWarning: ScoreWarning = {
  code: 'outsideDevelopmentAge',
  message: {
    zh: '模型在 55–74 岁人群中建立；此年龄的结果为外推，仅供参考',
    en: 'The model was developed at ages 55–74; at this age the result is an extrapolation.',
  },
  field: 'age',
};

function compute(
  input: Input,
  terms: Coefficients,
  race: number,
  highRiskFrom: number,
): ScoreOutcome<PlcoResult> {
  const population = outsideAges(input.age, 45, 85, {
    zh: '模型在 55–74 岁人群中建立，离此过远不可外推',
    en: 'the model was developed at ages 55–74 and must not be stretched that far.',
  });
  if (population !== undefined) return population;
  const contradiction = smokingContradiction(input);
  if (contradiction !== undefined) return contradiction;

  const current = input.smoker === 'current';
  const logit =
    terms.intercept +
    race +
    terms.age * (input.age - centre.age) +
    terms.education * (input.education - centre.education) +
    terms.bmi * (input.bmi - centre.bmi) +
    (input.copd ? terms.copd : 0) +
    (input.personalCancer ? terms.personalCancer : 0) +
    (input.familyLungCancer ? terms.familyLungCancer : 0) +
    (current ? terms.current : 0) +
    terms.intensity * (10 / input.cigarettesPerDay - centre.intensity) +
    terms.duration * (input.smokingYears - centre.duration) +
    terms.quit * (input.quitYears - centre.quit);
  const risk = 1 / (1 + Math.exp(-logit));
  const result = { risk, highRisk: risk >= highRiskFrom };
  // The cohorts were 55–74 at entry.
  return input.age < 55 || input.age >= 75 ? { result, warning: developmentWarning } : { result };
}

function smokingContradiction(input: Input): ScoreOutcome<PlcoResult> | undefined {
  if (input.smoker === 'never') {
    return scoreError(
      'neverSmoker',
      'smoker',
      '模型只适用于吸烟者或曾吸烟者，从不吸烟者不可用它评分（也不是零风险）',
      'The model is for people who smoke or have smoked; it gives no number for never-smokers, not even zero.',
    );
  }
  for (const field of ['cigarettesPerDay', 'smokingYears'] as const) {
    if (input[field] > 0) continue;
    return scoreError(
      'outOfRange',
      field,
      `吸烟者或曾吸烟者的“${field}”应大于 0`,
      `"${field}" must be above 0 for somebody who smokes or has smoked.`,
    );
  }
  if (input.smoker === 'current' && input.quitYears > 0) {
    return scoreError(
      'contradiction',
      'quitYears',
      '目前吸烟者的戒烟年数应为 0；若已戒烟，smoker 应为 "former"',
      'Somebody who smokes now has quitYears 0; if they have quit, smoker is "former".',
    );
  }
  if (input.smokingYears + input.quitYears > input.age) {
    return scoreError(
      'contradiction',
      'smokingYears',
      `吸烟 ${input.smokingYears} 年加戒烟 ${input.quitYears} 年超过了年龄 ${input.age} 岁`,
      `${input.smokingYears} years of smoking and ${input.quitYears} since quitting exceed the age of ${input.age}.`,
    );
  }
  return undefined;
}

const defaults = {
  highRiskFrom: settled(
    0.0151,
    '高风险阈值，常用 0.0151（Tammemägi PLoS Med 2014）',
    'Threshold of high risk; 0.0151 is the common one (Tammemägi PLoS Med 2014).',
  ),
} as const;

/** PLCOm2012: six-year lung cancer risk of people who smoke or have smoked. */
export const plcoM2012 = defineModel({
  id: 'plcoM2012',
  title: { zh: 'PLCOm2012 肺癌六年风险', en: 'PLCOm2012 six-year lung cancer risk' },
  source,
  confirm: [],
  input: inputWithRace,
  defaults,
  compute: (input, settings) => compute(input, withRace, raceTerm[input.race], settings.highRiskFrom),
});

/** PLCOm2012 refitted without race. */
export const plcoM2012NoRace = defineModel({
  id: 'plcoM2012NoRace',
  title: { zh: 'PLCOm2012（不含种族）肺癌六年风险', en: 'PLCOm2012noRace six-year lung cancer risk' },
  source: `${source}; refit without race as in resplab/PLCOm2012@5387abc`,
  confirm: [],
  input: inputWithoutRace,
  defaults,
  compute: (input, settings) => compute(input, withoutRace, 0, settings.highRiskFrom),
});
