import { z } from 'zod';
import { assertNever } from '../model/assert-never.ts';
import { defineModel, scoreError, toConfirm } from './model.ts';
import { noduleFields, readNodule } from './nodule.ts';
import type { Nodule, NoduleCategory } from './nodule.ts';

type Category = '2' | '3' | '4A' | '4B';

// ACR Lung-RADS v2022 (doi:10.1016/j.jacr.2023.09.009), as in RadElement RDES267; months from the table of
// version 1.1 (NCBI Bookshelf NBK568579), which v2022 did not change for these categories.
const management: Readonly<Record<Category, Omit<NoduleCategory, 'category'>>> = {
  '2': { months: 12, action: { zh: '12 个月后常规低剂量 CT 年度筛查', en: 'Annual LDCT in 12 months' } },
  '3': { months: 6, action: { zh: '6 个月后复查低剂量 CT', en: 'LDCT in 6 months' } },
  '4A': {
    months: 3,
    action: {
      zh: '3 个月后复查低剂量 CT；实性结节或实性成分 ≥8 mm 时可考虑 PET/CT',
      en: 'LDCT in 3 months; PET/CT may be considered if there is a solid nodule or solid part ≥8 mm',
    },
  },
  '4B': {
    months: null,
    action: {
      zh: '转诊进一步诊断：增强或平扫胸部 CT、PET/CT（实性成分 ≥8 mm）、组织取样',
      en: 'Refer for diagnosis: chest CT with or without contrast, PET/CT (solid part ≥8 mm), tissue sampling',
    },
  },
};

// Thresholds in mm, lower bounds inclusive.
function atBaseline(nodule: Nodule): Category {
  switch (nodule.kind) {
    case 'solid':
      if (nodule.totalMm < 6) return '2';
      if (nodule.totalMm < 8) return '3';
      return nodule.totalMm < 15 ? '4A' : '4B';
    case 'partSolid':
      if (nodule.totalMm < 6) return '2';
      if (nodule.solidMm < 6) return '3';
      return nodule.solidMm < 8 ? '4A' : '4B';
    case 'groundGlass':
      return nodule.totalMm < 30 ? '2' : '3';
    default:
      return assertNever(nodule);
  }
}

function whenNew(nodule: Nodule): Category {
  switch (nodule.kind) {
    case 'solid':
      if (nodule.totalMm < 4) return '2';
      if (nodule.totalMm < 6) return '3';
      return nodule.totalMm < 8 ? '4A' : '4B';
    case 'partSolid':
      // A new part-solid nodule below 6 mm in total is 3 by its own line of the table, whatever its solid part.
      if (nodule.totalMm < 6) return '3';
      return nodule.solidMm < 4 ? '4A' : '4B';
    case 'groundGlass':
      return nodule.totalMm < 30 ? '2' : '3';
    default:
      return assertNever(nodule);
  }
}

function whenGrowing(nodule: Nodule, largeGroundGlass: Category): Category {
  switch (nodule.kind) {
    case 'solid':
      return nodule.totalMm < 8 ? '4A' : '4B';
    case 'partSolid':
      return nodule.solidMm < 4 ? '4A' : '4B';
    case 'groundGlass':
      // Below 30 mm: 2 "at baseline, new, or growing". From 30 mm only stable or slow growth (not above 1.5 mm in
      // any 12 months) is tabulated, as 2; faster growth is not, and gets the more careful category.
      return nodule.totalMm < 30 ? '2' : largeGroundGlass;
    default:
      return assertNever(nodule);
  }
}

/** ACR Lung-RADS v2022 for one nodule: the most suspicious of the CT. */
export const lungRads2022 = defineModel({
  id: 'lungRads2022',
  title: { zh: 'Lung-RADS v2022 分类', en: 'Lung-RADS v2022 category' },
  source:
    'ACR Lung-RADS v2022 (doi:10.1016/j.jacr.2023.09.009) as in RadElement RDES267; intervals as in v1.1 (NCBI NBK568579)',
  confirm: [
    {
      zh: '≥30 mm 且快速增大的磨玻璃结节未列入分类表，此处取较谨慎的 3 类',
      en: 'A ground-glass nodule ≥30 mm that grows fast is not in the table; it gets the more careful category 3.',
    },
    {
      zh: '不含 0、1、4X、S 类及胸膜旁、气道、囊性病变和阶梯管理，须由影像医师判定',
      en: 'Categories 0, 1, 4X and S, juxtapleural, airway and cystic findings and stepped management are left to the radiologist.',
    },
  ],
  input: z.strictObject({ baseline: z.boolean(), ...noduleFields }),
  defaults: {
    growingGroundGlassFrom30Mm: toConfirm(
      '3',
      '≥30 mm 且快速增大的磨玻璃结节的类别（2、3、4A 或 4B）',
      'Category of a ground-glass nodule ≥30 mm that grows fast (2, 3, 4A or 4B).',
    ),
  },
  compute(input, settings) {
    const nodule = readNodule(input);
    if ('error' in nodule) return nodule;
    if (!input.baseline && input.isNew !== true && input.growing !== true) {
      return scoreError(
        'stableNodule',
        'isNew',
        '随访 CT 上的结节须是新发（isNew）或增大（growing）；稳定结节按上次类别阶梯管理，不能仅凭大小分类',
        'On a follow-up CT a nodule must be new (isNew) or growing; a stable one is managed in steps from its last category, not by size.',
      );
    }
    const category = input.baseline
      ? atBaseline(nodule)
      : input.isNew === true
        ? whenNew(nodule)
        : whenGrowing(nodule, asCategory(settings.growingGroundGlassFrom30Mm));
    return { result: { category, ...management[category] } as NoduleCategory };
  },
});

function asCategory(setting: string): Category {
  if (Object.hasOwn(management, setting)) return setting as Category;
  throw new Error(`lungRads2022: growingGroundGlassFrom30Mm must be 2, 3, 4A or 4B, got "${setting}".`);
}
