import { residentAsks } from '../model/message.ts';
import type { StepKind } from './kind.ts';

/** A course of treatment, from the decision to its end. */
export const treatment: StepKind = {
  title: { zh: '治疗', en: 'Treatment' },
  timeout: null,
  asks: residentAsks,
  outcomes: {
    started: { title: { zh: '已开始', en: 'Started' }, required: false, interim: true },
    completed: { title: { zh: '已完成', en: 'Completed' }, required: true },
    stopped: { title: { zh: '中止', en: 'Stopped' }, required: true, needsReason: true },
    declined: { title: { zh: '居民拒绝', en: 'Declined by the resident' }, required: true },
    refused: {
      title: { zh: '医院不予治疗', en: 'Refused by the hospital' },
      required: true,
      needsReason: true,
    },
  },
};
