import type { StepKind } from './kind.ts';

/** A message that leaves at once; takes no time and waits for nobody. */
export const notice: StepKind = {
  title: { zh: '通知', en: 'Notice' },
  timeout: null,
  outcomes: {
    sent: { title: { zh: '已发出', en: 'Sent' }, required: true, automatic: true },
  },
};
