import type { StepKind } from './kind.ts';

/** A multidisciplinary team meeting, which gates what follows. */
export const mdt: StepKind = {
  title: { zh: '多学科会诊', en: 'Multidisciplinary team meeting' },
  timeout: null,
  outcomes: {
    decided: { title: { zh: '已决定', en: 'Decided' }, required: true },
    deferred: { title: { zh: '延期讨论', en: 'Deferred' }, required: true, needsReason: true },
  },
};
