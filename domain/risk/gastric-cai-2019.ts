import { z } from 'zod';
import { age, outsideAges, sex } from './fields.ts';
import { defineModel, settled, toConfirm } from './model.ts';

export interface GastricCai2019Result {
  /** 0–25. */
  readonly score: number;
  readonly tier: 'low' | 'medium' | 'high';
}

/** Gastric cancer prediction rule of Cai et al.: age, sex, serology and diet. */
export const gastricCai2019 = defineModel({
  id: 'gastricCai2019',
  title: { zh: '胃癌风险评分（Cai 2019）', en: 'Gastric cancer risk score (Cai 2019)' },
  source: 'Cai Q et al. Gut 2019;68:1576-1587 (doi:10.1136/gutjnl-2018-317556)',
  confirm: [
    {
      zh: '变量、0–25 分的范围和分层有出处；各项分值请与原文核对',
      en: 'Variables, the range 0–25 and the tiers are sourced; check the single points against the paper.',
    },
  ],
  input: z.strictObject({
    age,
    sex,
    helicobacterPylori: z.boolean(),
    /** Pepsinogen I divided by pepsinogen II. */
    pepsinogenRatio: z.number().min(0).max(100),
    gastrin17PmolPerL: z.number().min(0).max(1000),
    pickledFood: z.boolean(),
    friedFood: z.boolean(),
  }),
  defaults: {
    age50To59: toConfirm(5, '50–59 岁', 'Age 50–59.'),
    age60To69: toConfirm(6, '60–69 岁', 'Age 60–69.'),
    age70AndOver: toConfirm(10, '70 岁及以上', 'Age 70 and over.'),
    male: toConfirm(4, '男性', 'Male.'),
    helicobacterPylori: toConfirm(1, '幽门螺杆菌阳性', 'Helicobacter pylori positive.'),
    pepsinogenRatioBelow389: toConfirm(3, '胃蛋白酶原比值 < 3.89', 'Pepsinogen ratio below 3.89.'),
    gastrin17From150To570: toConfirm(3, '胃泌素-17 1.50–5.70 pmol/L', 'Gastrin-17 1.50–5.70 pmol/L.'),
    gastrin17Above570: toConfirm(5, '胃泌素-17 > 5.70 pmol/L', 'Gastrin-17 above 5.70 pmol/L.'),
    pickledFood: toConfirm(1, '常吃腌制食品', 'Pickled food.'),
    friedFood: toConfirm(1, '常吃油炸食品', 'Fried food.'),
    mediumFrom: settled(12, '中危起始分', 'First score of the medium tier.'),
    highFrom: settled(17, '高危起始分', 'First score of the high tier.'),
  },
  compute(person, points) {
    // Participants were 40–80 years old (Cai 2019, abstract).
    const population = outsideAges(person.age, 40, 80, {
      zh: '评分在 40–80 岁人群中建立',
      en: 'the rule was developed in people of 40–80.',
    });
    if (population !== undefined) return population;
    const ageReached = person.age;
    const gastrin = person.gastrin17PmolPerL;
    const score =
      (ageReached >= 70
        ? points.age70AndOver
        : ageReached >= 60
          ? points.age60To69
          : ageReached >= 50
            ? points.age50To59
            : 0) +
      (person.sex === 'male' ? points.male : 0) +
      (person.helicobacterPylori ? points.helicobacterPylori : 0) +
      (person.pepsinogenRatio < 3.89 ? points.pepsinogenRatioBelow389 : 0) +
      (gastrin > 5.7 ? points.gastrin17Above570 : gastrin >= 1.5 ? points.gastrin17From150To570 : 0) +
      (person.pickledFood ? points.pickledFood : 0) +
      (person.friedFood ? points.friedFood : 0);
    const tier = score >= points.highFrom ? 'high' : score >= points.mediumFrom ? 'medium' : 'low';
    return { result: { score, tier } satisfies GastricCai2019Result };
  },
});
