import { residentAsks } from '../model/message.ts';
import type { StepKind } from './kind.ts';

/** Questions asked of a resident, with points or a named risk model. */
export const questionnaire: StepKind = {
  title: { zh: '问卷', en: 'Questionnaire' },
  timeout: 'missed',
  asks: residentAsks,
  outcomes: {
    completed: { title: { zh: '已完成', en: 'Completed' }, required: true },
    declined: { title: { zh: '居民拒绝', en: 'Declined by the resident' }, required: true },
    unreachable: { title: { zh: '联系不上', en: 'Unreachable' }, required: true },
    missed: { title: { zh: '逾期未做', en: 'Missed' }, required: true },
  },
};
