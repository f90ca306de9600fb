import { z } from 'zod';
import { age, completedYears, years } from './fields.ts';
import { defineModel, scoreError, toConfirm } from './model.ts';

type RuleId = 'uspstf2021' | 'cn2018' | 'cn2021' | 'nhc2024';

interface Rule {
  readonly fromAge: number;
  readonly toAge: number;
  readonly packYears: number;
  /** Years since quitting within which former smoking still counts. */
  readonly quitWithin: number;
  /** The bound itself still counts; `configured` where sources differ. */
  readonly quitAtBound: boolean | 'configured';
  /** Passive smoke, COPD, occupation and a first-degree relative each suffice as well. */
  readonly otherExposures: boolean;
}

// uspstf2021: US Preventive Services Task Force, JAMA 2021;325:962-970 (doi:10.1001/jama.2021.1117).
// cn2018: China national lung cancer screening guideline, 2018 version (Zhou QH et al., Chin J Lung Cancer 2018;21:67).
// cn2021: China guideline for screening and early detection of lung cancer, 2021 Beijing (He J et al., Chin J Oncol
//   2021;43:243-268).
// nhc2024: National Health Commission, lung cancer screening plan 2024, 国卫办医急函〔2024〕281号, via a digest.
const rules: Readonly<Record<RuleId, Rule>> = {
  uspstf2021: {
    fromAge: 50,
    toAge: 80,
    packYears: 20,
    quitWithin: 15,
    quitAtBound: 'configured',
    otherExposures: false,
  },
  cn2018: { fromAge: 50, toAge: 74, packYears: 20, quitWithin: 5, quitAtBound: true, otherExposures: false },
  cn2021: {
    fromAge: 50,
    toAge: 74,
    packYears: 30,
    quitWithin: 15,
    quitAtBound: 'configured',
    otherExposures: true,
  },
  nhc2024: {
    fromAge: 50,
    toAge: 74,
    packYears: 20,
    quitWithin: 15,
    quitAtBound: 'configured',
    otherExposures: true,
  },
};

const passiveSmokeYearsNeeded = 20; // cn2021, nhc2024
const occupationalYearsNeeded = 1; // cn2021, nhc2024

const input = z.strictObject({
  rule: z.enum(['uspstf2021', 'cn2018', 'cn2021', 'nhc2024']),
  age,
  smoker: z.enum(['current', 'former', 'never']).optional(),
  packYears: z.number().min(0).max(500).optional(),
  quitYears: years.optional(),
  passiveSmokeYears: years.optional(),
  copd: z.boolean().optional(),
  occupationalYears: years.optional(),
  firstDegreeRelative: z.boolean().optional(),
});
type Input = z.infer<typeof input>;

/** Codes of the criteria, met, not met, or not known (which counts as not met). */
export const eligibilityCodes = [
  'ageInRange',
  'ageOutOfRange',
  'packYearsMet',
  'packYearsNotMet',
  'packYearsUnknown',
  'currentSmoker',
  'quitRecently',
  'quitTooLong',
  'quitYearsUnknown',
  'neverSmoked',
  'smokerUnknown',
  'passiveSmokeMet',
  'passiveSmokeNotMet',
  'passiveSmokeUnknown',
  'copd',
  'noCopd',
  'copdUnknown',
  'occupationalExposureMet',
  'occupationalExposureNotMet',
  'occupationalExposureUnknown',
  'firstDegreeRelative',
  'noFirstDegreeRelative',
  'firstDegreeRelativeUnknown',
] as const;
export type EligibilityCode = (typeof eligibilityCodes)[number];

export interface EligibilityResult {
  readonly eligible: boolean;
  readonly because: readonly EligibilityCode[];
}

interface Criterion {
  readonly met: boolean;
  readonly codes: readonly EligibilityCode[];
}

const criterion = (
  met: boolean | undefined,
  codes: readonly [EligibilityCode, EligibilityCode, EligibilityCode],
) =>
  ({
    met: met === true,
    codes: [met === undefined ? codes[2] : met ? codes[0] : codes[1]],
  }) satisfies Criterion;

const reaches = (value: number | undefined, needed: number): boolean | undefined =>
  value === undefined ? undefined : value >= needed;

function smokingNow(person: Input, rule: Rule, atConfiguredBound: boolean): Criterion {
  switch (person.smoker) {
    case undefined:
      return { met: false, codes: ['smokerUnknown'] };
    case 'never':
      return { met: false, codes: ['neverSmoked'] };
    case 'current':
      return { met: true, codes: ['currentSmoker'] };
    case 'former': {
      if (person.quitYears === undefined) return { met: false, codes: ['quitYearsUnknown'] };
      const atBound = rule.quitAtBound === 'configured' ? atConfiguredBound : rule.quitAtBound;
      const recent = person.quitYears < rule.quitWithin || (atBound && person.quitYears === rule.quitWithin);
      return { met: recent, codes: [recent ? 'quitRecently' : 'quitTooLong'] };
    }
  }
}

function contradiction(person: Input) {
  if (person.smoker === 'never' && (person.packYears ?? 0) > 0) {
    return scoreError(
      'contradiction',
      'packYears',
      '从不吸烟者的包年数应为 0 或不填',
      'Somebody who never smoked has 0 pack-years, or none given.',
    );
  }
  if (person.smoker !== undefined && person.smoker !== 'former' && (person.quitYears ?? 0) > 0) {
    return scoreError(
      'contradiction',
      'quitYears',
      '只有已戒烟者（smoker 为 "former"）才有戒烟年数',
      'Only somebody who has quit (smoker "former") has years since quitting.',
    );
  }
  return undefined;
}

/** Who is offered a low-dose CT, by one of four published rules. What is not known counts as not met. */
export const lungEligibility = defineModel({
  id: 'lungEligibility',
  title: { zh: '肺癌低剂量 CT 筛查资格', en: 'Eligibility for lung cancer screening' },
  source:
    'USPSTF, JAMA 2021;325:962; China national guideline 2018 (Chin J Lung Cancer 2018;21:67); China guideline 2021 Beijing (Chin J Oncol 2021;43:243); NHC plan 2024 (国卫办医急函〔2024〕281号)',
  confirm: [
    {
      zh: 'nhc2024 的标准来自第三方摘要，请与原文核对',
      en: 'nhc2024 comes from a third-party digest; check it against the original.',
    },
    {
      zh: 'cn2021 被动吸烟：深圳市卫生健康委网页写 >20 年，其余来源写 ≥20 年',
      en: 'cn2021 passive smoke: one health commission prints >20 years, other sources ≥20.',
    },
    { zh: '戒烟恰满 15 年是否计入', en: 'Whether exactly 15 years since quitting still count.' },
  ],
  input,
  defaults: {
    quitExactly15YearsCounts: toConfirm(
      false,
      '戒烟恰满 15 年仍视为符合（默认否：规则写“不足 15 年”）',
      'Exactly 15 years since quitting still count (default no: the rules say "under 15 years").',
    ),
    passiveSmokeExactly20YearsCounts: toConfirm(
      true,
      '被动吸烟恰满 20 年视为符合',
      'Exactly 20 years of passive smoke count.',
    ),
    nhc2024PackYears: toConfirm(20, 'nhc2024 的包年数下限', 'Least pack-years of nhc2024.'),
  },
  compute(person, settings) {
    const refused = contradiction(person);
    if (refused !== undefined) return refused;
    const rule = rules[person.rule];
    const reached = completedYears(person.age);
    const inRange = reached >= rule.fromAge && reached <= rule.toAge;

    const packYearsNeeded = person.rule === 'nhc2024' ? settings.nhc2024PackYears : rule.packYears;
    const pack = criterion(reaches(person.packYears, packYearsNeeded), [
      'packYearsMet',
      'packYearsNotMet',
      'packYearsUnknown',
    ]);
    const smoking = smokingNow(person, rule, settings.quitExactly15YearsCounts);

    const others: readonly Criterion[] = rule.otherExposures
      ? [
          criterion(passiveSmoke(person.passiveSmokeYears, settings.passiveSmokeExactly20YearsCounts), [
            'passiveSmokeMet',
            'passiveSmokeNotMet',
            'passiveSmokeUnknown',
          ]),
          criterion(person.copd, ['copd', 'noCopd', 'copdUnknown']),
          criterion(reaches(person.occupationalYears, occupationalYearsNeeded), [
            'occupationalExposureMet',
            'occupationalExposureNotMet',
            'occupationalExposureUnknown',
          ]),
          criterion(person.firstDegreeRelative, [
            'firstDegreeRelative',
            'noFirstDegreeRelative',
            'firstDegreeRelativeUnknown',
          ]),
        ]
      : [];

    const eligible = inRange && ((pack.met && smoking.met) || others.some((other) => other.met));
    const because: EligibilityCode[] = [inRange ? 'ageInRange' : 'ageOutOfRange'];
    for (const { codes } of [smoking, pack, ...others]) because.push(...codes);
    return { result: { eligible, because } satisfies EligibilityResult };
  },
});

function passiveSmoke(yearsExposed: number | undefined, atBound: boolean): boolean | undefined {
  if (yearsExposed === undefined) return undefined;
  return yearsExposed > passiveSmokeYearsNeeded || (atBound && yearsExposed === passiveSmokeYearsNeeded);
}
