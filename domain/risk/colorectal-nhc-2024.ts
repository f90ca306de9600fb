import { z } from 'zod';
import { age, bmi, outsideAges, sex } from './fields.ts';
import { defineModel, scoreError, toConfirm } from './model.ts';

export interface ColorectalNhc2024Result {
  readonly score: number;
  readonly highRisk: boolean;
}

/** Questionnaire score of the National Health Commission's colorectal cancer screening plan of 2024. */
export const colorectalNhc2024 = defineModel({
  id: 'colorectalNhc2024',
  title: {
    zh: '结直肠癌筛查与早诊早治方案（2024 年版）风险评分',
    en: 'Colorectal cancer risk score of the NHC plan 2024',
  },
  source: 'NHC 国卫办医急函〔2024〕281号, annex 2, by a third-party digest',
  confirm: [
    {
      zh: '各项分值和高风险界值来自第三方摘要，请与原文核对',
      en: 'All points and the threshold come from a third-party digest; check them against the original.',
    },
  ],
  input: z.strictObject({
    age,
    sex,
    smoker: z.boolean(),
    bmi,
    /** How many first-degree relatives have had colorectal cancer. */
    firstDegreeRelatives: z.number().int().min(0).max(50),
    /** One of them was diagnosed before 60 years of age. */
    firstDegreeRelativeUnder60: z.boolean(),
  }),
  defaults: {
    age50To59: toConfirm(1, '50–59 岁', 'Age 50–59.'),
    age60AndOver: toConfirm(2, '60 岁及以上', 'Age 60 and over.'),
    male: toConfirm(1, '男性', 'Male.'),
    smoker: toConfirm(1, '吸烟', 'Smoker.'),
    bmiFrom23: toConfirm(1, 'BMI ≥ 23', 'BMI ≥ 23.'),
    oneRelativeFrom60: toConfirm(
      1,
      '一级亲属 1 人患病，确诊时 ≥60 岁',
      'One first-degree relative, diagnosed at 60 or later.',
    ),
    strongFamilyHistory: toConfirm(
      4,
      '一级亲属 1 人 60 岁前患病，或 ≥2 人患病',
      'A first-degree relative before 60, or two or more.',
    ),
    highRiskFrom: toConfirm(4, '高风险界值', 'First score of high risk.'),
  },
  compute(person, points) {
    const population = outsideAges(person.age, 40, 74, {
      zh: '方案的筛查对象为 40–74 岁',
      en: 'the plan screens people of 40–74.',
    });
    if (population !== undefined) return population;
    if (person.firstDegreeRelativeUnder60 && person.firstDegreeRelatives === 0) {
      return scoreError(
        'contradiction',
        'firstDegreeRelativeUnder60',
        '没有患病的一级亲属（firstDegreeRelatives 为 0），就不能有 60 岁前患病的',
        'With no first-degree relative affected (firstDegreeRelatives 0) none can have been so before 60.',
      );
    }
    const family =
      person.firstDegreeRelativeUnder60 || person.firstDegreeRelatives >= 2
        ? points.strongFamilyHistory
        : person.firstDegreeRelatives === 1
          ? points.oneRelativeFrom60
          : 0;
    const score =
      (person.age >= 60 ? points.age60AndOver : person.age >= 50 ? points.age50To59 : 0) +
      (person.sex === 'male' ? points.male : 0) +
      (person.smoker ? points.smoker : 0) +
      (person.bmi >= 23 ? points.bmiFrom23 : 0) +
      family;
    return { result: { score, highRisk: score >= points.highRiskFrom } satisfies ColorectalNhc2024Result };
  },
});
