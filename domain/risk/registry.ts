import { amap } from './amap.ts';
import { apcs, apcsModified } from './apcs.ts';
import { cLungRads } from './c-lung-rads.ts';
import { colorectalNhc2024 } from './colorectal-nhc-2024.ts';
import { gastricCai2019 } from './gastric-cai-2019.ts';
import { llpV2, llpV3 } from './llp.ts';
import { lungEligibility } from './lung-eligibility.ts';
import { lungRads2022 } from './lung-rads-2022.ts';
import type { RiskModel } from './model.ts';
import { plcoM2012, plcoM2012NoRace } from './plco-m2012.ts';

/** Every risk model and classification that ships, in the order a screen lists them. */
export const riskModels: readonly RiskModel[] = [
  plcoM2012,
  plcoM2012NoRace,
  llpV2,
  llpV3,
  lungEligibility,
  lungRads2022,
  cLungRads,
  apcs,
  apcsModified,
  colorectalNhc2024,
  amap,
  gastricCai2019,
];

const byId: ReadonlyMap<string, RiskModel> = new Map(riskModels.map((model) => [model.id, model]));

/** @returns the model with that id, or `undefined` */
export const findRiskModel = (id: string): RiskModel | undefined => byId.get(id);
