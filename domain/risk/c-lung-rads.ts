import { z } from 'zod';
import { assertNever } from '../model/assert-never.ts';
import { defineModel } from './model.ts';
import { noduleFields, readNodule } from './nodule.ts';
import type { Nodule, NoduleCategory } from './nodule.ts';

type Category = '1' | '2' | '3' | '4';

// Wang C et al. Nat Med 2024;30:3184-3195 (doi:10.1038/s41591-024-03211-3, PMC11564084), Table 1.
const management: Readonly<Record<Category, Omit<NoduleCategory, 'category'>>> = {
  '1': {
    months: 12,
    action: { zh: '低风险：12 个月后低剂量 CT 年度筛查', en: 'Low risk: annual LDCT in 12 months' },
  },
  '2': { months: 6, action: { zh: '中风险：6 个月后复查 CT', en: 'Mid risk: CT in 6 months' } },
  '3': {
    months: 3,
    action: {
      zh: '高风险：3 个月后复查 CT，可考虑高分辨率 CT 或 PET/CT',
      en: 'High risk: CT in 3 months; high-resolution CT or PET/CT may be considered',
    },
  },
  '4': {
    months: null,
    action: { zh: '极高风险：立即临床评估', en: 'Extremely high risk: immediate clinical assessment' },
  },
};

// Table 1, thresholds in mm, lower bounds inclusive.
function categoryOf(nodule: Nodule): Category {
  switch (nodule.kind) {
    case 'solid':
      if (nodule.totalMm < 6) return '1';
      if (nodule.totalMm < 10) return '2';
      return nodule.totalMm < 18 ? '3' : '4';
    case 'partSolid':
      if (nodule.totalMm < 6) return '1';
      if (nodule.solidMm < 6) return '2';
      return nodule.solidMm < 10 ? '3' : '4';
    case 'groundGlass':
      if (nodule.totalMm < 6) return '1';
      return nodule.totalMm < 20 ? '2' : '3';
    default:
      return assertNever(nodule);
  }
}

/**
 * C-Lung-RADS by size and density. `baseline`, `isNew` and `growing` are accepted, and checked for contradictions,
 * but Table 1 does not distinguish them. Category 0 (calcified, negative) is for a CT without such a nodule and is
 * never answered here, since a nodule is required.
 */
export const cLungRads = defineModel({
  id: 'cLungRads',
  title: { zh: 'C-Lung-RADS 分类（中国肺结节）', en: 'C-Lung-RADS category (Chinese lung nodules)' },
  source: 'Wang C et al. Nat Med 2024;30:3184-3195 (doi:10.1038/s41591-024-03211-3), Table 1',
  confirm: [
    {
      zh: '未含升级规则：2、3 类且模型恶性概率 ≥0.5 者应升为 4 类，须由影像系统给出概率',
      en: 'Not included: category 2 or 3 with a model probability of malignancy ≥0.5 becomes 4; the imaging system has to give it.',
    },
    {
      zh: '不答 0 类（无结节或钙化），须由影像医师判定',
      en: 'Category 0 (no nodule, or calcified) is not answered; it is left to the radiologist.',
    },
  ],
  input: z.strictObject({ baseline: z.boolean().optional(), ...noduleFields }),
  defaults: {},
  compute(input) {
    const nodule = readNodule(input);
    if ('error' in nodule) return nodule;
    const category = categoryOf(nodule);
    return { result: { category, ...management[category] } as NoduleCategory };
  },
});
