import type { StepKind } from './kind.ts';

/** A report that somebody owes: a CT read, a pathology report. */
export const result: StepKind = {
  title: { zh: '结果', en: 'Result' },
  timeout: null,
  outcomes: {
    reported: { title: { zh: '已报告', en: 'Reported' }, required: true },
    inadequate: { title: { zh: '无法判读', en: 'Inadequate' }, required: true, needsReason: true },
  },
};
