import { z } from 'zod';
import { age, bmi, outsideAges, sex } from './fields.ts';
import { defineModel, toConfirm } from './model.ts';

type Tier = 'average' | 'moderate' | 'high';

export interface ApcsResult {
  readonly score: number;
  readonly tier: Tier;
}

const adults = {
  zh: '评分在无症状成人中建立',
  en: 'the score was made for adults without symptoms.',
};

const common = {
  age,
  sex,
  /** A first-degree relative with colorectal cancer. */
  firstDegreeRelative: z.boolean(),
  /** Smokes or has smoked. */
  smoker: z.boolean(),
};

const tierOf = (score: number, moderateFrom: number, highFrom: number): Tier =>
  score >= highFrom ? 'high' : score >= moderateFrom ? 'moderate' : 'average';

/** Asia-Pacific Colorectal Screening score, 0–7. */
export const apcs = defineModel({
  id: 'apcs',
  title: { zh: '亚太结直肠筛查评分（APCS）', en: 'Asia-Pacific Colorectal Screening score (APCS)' },
  source: 'Yeoh KG et al. Gut 2011;60:1236-1241 (doi:10.1136/gut.2010.221168)',
  confirm: [],
  input: z.strictObject(common),
  defaults: {},
  compute(person) {
    const population = outsideAges(person.age, 18, 120, adults);
    if (population !== undefined) return population;
    // Yeoh 2011: age <50 0, 50–69 2, ≥70 3; male 1; first-degree relative 2; current or former smoker 1.
    const score =
      (person.age >= 70 ? 3 : person.age >= 50 ? 2 : 0) +
      (person.sex === 'male' ? 1 : 0) +
      (person.firstDegreeRelative ? 2 : 0) +
      (person.smoker ? 1 : 0);
    // Yeoh 2011: average 0–1, moderate 2–3, high 4–7.
    return { result: { score, tier: tierOf(score, 2, 4) } satisfies ApcsResult };
  },
});

/** Modified Asia-Pacific Colorectal Screening score with the body mass index, 0–6. */
export const apcsModified = defineModel({
  id: 'apcsModified',
  title: { zh: '改良亚太结直肠筛查评分', en: 'Modified Asia-Pacific Colorectal Screening score' },
  source: 'Sung JJY et al. J Gastroenterol Hepatol 2018;33:187-194 (PMID 28561279)',
  confirm: [
    {
      zh: '分层界值：原文 0 / 1–2 / 3–6；国内 2019 年共识据忆为 0–2 低危、3–6 高危',
      en: 'Tiers: 0 / 1–2 / 3–6 in the paper; the Chinese consensus of 2019 is remembered as 0–2 low, 3–6 high.',
    },
  ],
  input: z.strictObject({ ...common, bmi }),
  defaults: {
    moderateFrom: toConfirm(1, '中危起始分', 'First score of the moderate tier.'),
    highFrom: toConfirm(3, '高危起始分', 'First score of the high tier.'),
  },
  compute(person, settings) {
    const population = outsideAges(person.age, 18, 120, adults);
    if (population !== undefined) return population;
    // Sung 2018: age <50 0, 50–59 1, ≥60 2; male, first-degree relative, smoker and BMI ≥23 one each.
    const score =
      (person.age >= 60 ? 2 : person.age >= 50 ? 1 : 0) +
      (person.sex === 'male' ? 1 : 0) +
      (person.firstDegreeRelative ? 1 : 0) +
      (person.smoker ? 1 : 0) +
      (person.bmi >= 23 ? 1 : 0);
    const tier = tierOf(score, settings.moderateFrom, settings.highFrom);
    return { result: { score, tier } satisfies ApcsResult };
  },
});
