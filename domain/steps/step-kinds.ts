import { assessment } from './assessment.ts';
import { booking } from './booking.ts';
import { decision } from './decision.ts';
import type { StepKind, StepKindName } from './kind.ts';
import { mdt } from './mdt.ts';
import { notice } from './notice.ts';
import { questionnaire } from './questionnaire.ts';
import { referral } from './referral.ts';
import { result } from './result.ts';
import { series } from './series.ts';
import { task } from './task.ts';
import { treatment } from './treatment.ts';

export const stepKinds: Readonly<Record<StepKindName, StepKind>> = {
  questionnaire,
  task,
  referral,
  booking,
  result,
  decision,
  mdt,
  treatment,
  series,
  assessment,
  notice,
};
