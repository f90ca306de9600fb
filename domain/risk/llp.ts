import { z } from 'zod';
import { age, completedYears, outsideAges, sex, years } from './fields.ts';
import { defineModel, scoreError } from './model.ts';
import type { RiskModel } from './model.ts';

// Field JK et al. Thorax 2021;76:161-168 (doi:10.1136/thoraxjnl-2020-215158); constants and the age formula as in
// IET-IARC/LungCancerModels, Script_lungmodels.R@45ca7a6, and for version 2 also K. ten Haaf's LLP2.R.
const source =
  'Field JK et al. Thorax 2021;76:161-168 (doi:10.1136/thoraxjnl-2020-215158); IET-IARC/LungCancerModels@45ca7a6';

// One intercept for each band of five years: 40–44, 45–49 … 80–84.
const intercepts = {
  llpV2: {
    male: [-9.06, -8.16, -7.31, -6.63, -5.97, -5.56, -5.31, -4.83, -4.68],
    female: [-9.9, -8.06, -7.46, -6.5, -6.22, -5.99, -5.49, -5.23, -5.42],
  },
  llpV3: {
    male: [-9.84, -8.94, -8.09, -7.41, -6.75, -6.34, -6.09, -5.61, -5.46],
    female: [-10.37, -8.53, -7.93, -6.97, -6.69, -6.46, -5.96, -5.7, -5.89],
  },
} as const;

const pneumoniaOrCopdTerm = 0.6025;
const asbestosTerm = 0.6343;
const priorCancerTerm = 0.6754;
const familyTerm = { none: 0, early: 0.7034, late: 0.1677 } as const;

/** The IARC script is for ever-smokers and puts 0 years below 20; LLP2.R gives never-smokers 0, as here. */
function smokingTerm(smokingYears: number): number {
  if (smokingYears <= 0) return 0;
  if (smokingYears < 20) return 0.7692;
  if (smokingYears < 40) return 1.4516;
  if (smokingYears < 60) return 2.5072;
  return 2.7243;
}

/**
 * The five years ahead lie partly in this band and partly in the next: the intercept is their mean, weighted by
 * time, from the middle of the year of age (t1 and t2 of the script). The last band is followed by itself.
 */
function ageTerm(bands: readonly number[], ageInYears: number): number {
  const reached = completedYears(ageInYears);
  const band = Math.floor((reached - 40) / 5);
  const yearsInNextBand = (reached % 5) + 0.5;
  const here = bands[band] ?? Number.NaN;
  const next = bands[Math.min(band + 1, bands.length - 1)] ?? Number.NaN;
  return ((5 - yearsInNextBand) * here + yearsInNextBand * next) / 5;
}

const input = z.strictObject({
  age,
  sex,
  smokingYears: years,
  pneumoniaOrCopd: z.boolean(),
  asbestos: z.boolean(),
  priorCancer: z.boolean(),
  /** Lung cancer of a first-degree relative: `early` before 60 years of age. */
  familyLungCancer: z.enum(['none', 'early', 'late']),
});

export interface LlpResult {
  /** Probability of lung cancer within five years, 0–1. */
  readonly risk: number;
}

function llp(id: 'llpV2' | 'llpV3', version: string): RiskModel<LlpResult> {
  return defineModel({
    id,
    title: {
      zh: `利物浦肺癌项目模型 ${version}(LLP)五年风险`,
      en: `Liverpool Lung Project ${version} five-year lung cancer risk`,
    },
    source,
    confirm: [],
    input,
    defaults: {},
    compute(person) {
      const population = outsideAges(person.age, 40, 84, {
        zh: '模型的年龄组为 40–44 至 80–84 岁',
        en: 'the age bands of the model run from 40–44 to 80–84.',
      });
      if (population !== undefined) return population;
      if (person.smokingYears > person.age) {
        return scoreError(
          'contradiction',
          'smokingYears',
          `吸烟年数 ${person.smokingYears} 超过了年龄 ${person.age} 岁`,
          `${person.smokingYears} years of smoking exceed the age of ${person.age}.`,
        );
      }
      const logit =
        ageTerm(intercepts[id][person.sex], person.age) +
        smokingTerm(person.smokingYears) +
        (person.pneumoniaOrCopd ? pneumoniaOrCopdTerm : 0) +
        (person.asbestos ? asbestosTerm : 0) +
        (person.priorCancer ? priorCancerTerm : 0) +
        familyTerm[person.familyLungCancer];
      return { result: { risk: 1 / (1 + Math.exp(-logit)) } };
    },
  });
}

/** Liverpool Lung Project, version 2. */
export const llpV2 = llp('llpV2', 'v2');

/** Liverpool Lung Project, version 3: version 2 recalibrated. */
export const llpV3 = llp('llpV3', 'v3');
