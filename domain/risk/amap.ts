import { z } from 'zod';
import { age, outsideAges, sex } from './fields.ts';
import { defineModel, settled, toConfirm } from './model.ts';

export interface AmapResult {
  /** 0–100 over the range of usual inputs; not rounded. */
  readonly score: number;
  readonly tier: 'low' | 'medium' | 'high';
}

/** aMAP: risk of liver cancer in chronic hepatitis, from age, sex, albumin, bilirubin and platelets. */
export const amap = defineModel({
  id: 'amap',
  title: { zh: 'aMAP 肝癌风险评分', en: 'aMAP liver cancer risk score' },
  source: 'Fan R et al. J Hepatol 2020;73:1368-1378 (doi:10.1016/j.jhep.2020.07.025)',
  confirm: [
    {
      zh: '恰为 60 分时归中危还是高危，来源不一',
      en: 'Whether exactly 60 is medium or high: sources differ.',
    },
    { zh: '各层超声加甲胎蛋白的随访间隔', en: 'Months between ultrasound with AFP in each tier.' },
    {
      zh: '香港中文大学的在线计算器较原文公式高 2–3 分；此处按原文公式',
      en: "CUHK's online calculator answers 2–3 points more than the published formula, which is used here.",
    },
  ],
  input: z.strictObject({
    age,
    sex,
    // Plausible bounds that catch another unit: g/dL for albumin (3–5).
    albuminGPerL: z.number().min(10).max(80),
    bilirubinUmolPerL: z.number().gt(0).max(1500),
    platelets1e9PerL: z.number().gt(0).max(2000),
  }),
  defaults: {
    mediumFrom: settled(50, '中危起始分', 'First score of the medium tier.'),
    highAbove: settled(60, '高危界值', 'Score above which the tier is high.'),
    exactlyAtHighIsHigh: toConfirm(
      false,
      '恰为高危界值（60）时归为高危',
      'A score exactly at the bound of high (60) is high.',
    ),
    surveillanceMonthsLow: toConfirm(
      12,
      '低危随访间隔（月）',
      'Months between examinations in the low tier.',
    ),
    surveillanceMonthsMedium: toConfirm(6, '中危随访间隔（月）', 'Months in the medium tier.'),
    surveillanceMonthsHigh: toConfirm(
      3,
      '高危随访间隔（月），来源为 3–6',
      'Months in the high tier; the source says 3–6.',
    ),
  },
  compute(person, settings) {
    const population = outsideAges(person.age, 18, 120, {
      zh: '评分在成人慢性肝炎患者中建立',
      en: 'the score was made for adults with chronic hepatitis.',
    });
    if (population !== undefined) return population;
    // Fan 2020, with the albumin-bilirubin (ALBI) term inside.
    const albi = 0.66 * Math.log10(person.bilirubinUmolPerL) - 0.085 * person.albuminGPerL;
    const linear =
      0.06 * person.age + (person.sex === 'male' ? 0.89 : 0) + 0.48 * albi - 0.01 * person.platelets1e9PerL;
    const score = ((linear + 7.4) / 14.77) * 100;
    const high = score > settings.highAbove || (settings.exactlyAtHighIsHigh && score === settings.highAbove);
    const tier = high ? 'high' : score >= settings.mediumFrom ? 'medium' : 'low';
    return { result: { score, tier } satisfies AmapResult };
  },
});
