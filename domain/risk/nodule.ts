import { z } from 'zod';
import type { Localized } from '../model/localized.ts';
import { scoreError } from './model.ts';

/** Mean diameter in mm. Beyond 300 mm a unit was mixed up. */
const diameterMm = z.number().min(0).max(300);

/** What both classifications ask about the most suspicious nodule of a CT. */
export const noduleFields = {
  isNew: z.boolean().optional(),
  /** Grew by more than 1.5 mm in mean diameter within 12 months. */
  growing: z.boolean().optional(),
  kind: z.enum(['solid', 'partSolid', 'groundGlass']),
  meanDiameterMm: diameterMm,
  /** Mean diameter of the solid part, of a part-solid nodule. */
  solidMeanDiameterMm: diameterMm.optional(),
};

interface NoduleInput {
  readonly baseline?: boolean | undefined;
  readonly isNew?: boolean | undefined;
  readonly growing?: boolean | undefined;
  readonly kind: 'solid' | 'partSolid' | 'groundGlass';
  readonly meanDiameterMm: number;
  readonly solidMeanDiameterMm?: number | undefined;
}

/** A nodule whose fields agree with each other. A part-solid one knows its solid part. */
export type Nodule =
  | { readonly kind: 'solid' | 'groundGlass'; readonly totalMm: number }
  | { readonly kind: 'partSolid'; readonly totalMm: number; readonly solidMm: number };

export interface NoduleCategory {
  readonly category: string;
  /** Months to the next CT; `null` when the answer is an action. */
  readonly months: number | null;
  readonly action: Localized;
}

/** @returns the nodule, or an error that names the field that contradicts another */
export function readNodule(input: NoduleInput): Nodule | ReturnType<typeof scoreError> {
  if (input.baseline === true && (input.isNew === true || input.growing === true)) {
    return scoreError(
      'contradiction',
      input.isNew === true ? 'isNew' : 'growing',
      '基线检查没有可比较的既往 CT，不能是新发或增大；请将 baseline 设为 false',
      'A baseline CT has nothing to compare with, so a nodule is neither new nor growing; set baseline to false.',
    );
  }
  if (input.isNew === true && input.growing === true) {
    return scoreError(
      'contradiction',
      'growing',
      '新发结节没有既往大小，不能同时是增大结节',
      'A new nodule has no earlier size, so it cannot be growing as well.',
    );
  }
  if (input.meanDiameterMm <= 0) {
    return scoreError(
      'outOfRange',
      'meanDiameterMm',
      '平均直径应大于 0 mm；没有结节时不用本模型分类',
      'The mean diameter must be above 0 mm; a CT without a nodule is not classified here.',
    );
  }
  const { kind, meanDiameterMm: totalMm, solidMeanDiameterMm: solidMm } = input;
  if (kind !== 'partSolid') {
    const agrees = solidMm === undefined || solidMm === (kind === 'solid' ? totalMm : 0);
    if (agrees) return { kind, totalMm };
    return scoreError(
      'contradiction',
      'solidMeanDiameterMm',
      '只有部分实性结节才另有实性成分直径；若有，kind 应为 "partSolid"',
      'Only a part-solid nodule has a solid part of its own size; if it has one, kind is "partSolid".',
    );
  }
  if (solidMm === undefined) {
    return scoreError(
      'missing',
      'solidMeanDiameterMm',
      '部分实性结节缺少实性成分平均直径“solidMeanDiameterMm”',
      'A part-solid nodule needs "solidMeanDiameterMm", the mean diameter of its solid part.',
    );
  }
  if (solidMm <= 0 || solidMm > totalMm) {
    return scoreError(
      'contradiction',
      'solidMeanDiameterMm',
      `实性成分直径应大于 0 且不超过全结节的 ${totalMm} mm，收到 ${solidMm}；没有实性成分时 kind 为 "groundGlass"`,
      `The solid part must be above 0 and at most the whole nodule's ${totalMm} mm, got ${solidMm}; without one, kind is "groundGlass".`,
    );
  }
  return { kind, totalMm, solidMm };
}
