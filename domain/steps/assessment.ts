import { residentAsks } from '../model/message.ts';
import type { StepKind } from './kind.ts';

/** A repeating assessment, such as pain, whose result decides when the next one is due. */
export const assessment: StepKind = {
  title: { zh: '评估', en: 'Assessment' },
  timeout: 'missed',
  asks: residentAsks,
  outcomes: {
    assessed: { title: { zh: '已评估', en: 'Assessed' }, required: true },
    missed: { title: { zh: '逾期未评', en: 'Missed' }, required: true },
    declined: { title: { zh: '居民拒绝', en: 'Declined by the resident' }, required: false },
  },
};
