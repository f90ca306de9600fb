import { residentAsks } from '../model/message.ts';
import type { StepKind } from './kind.ts';

/** Recurring follow-up on a schedule counted from an anchor; the next occurrence is derived, never made in advance. */
export const series: StepKind = {
  title: { zh: '定期随访', en: 'Follow-up series' },
  timeout: 'missed',
  asks: residentAsks,
  outcomes: {
    done: { title: { zh: '已随访', en: 'Done' }, required: true },
    missed: { title: { zh: '失访一次', en: 'Missed' }, required: true },
    declined: { title: { zh: '居民拒绝', en: 'Declined by the resident' }, required: false },
    finished: { title: { zh: '随访期满', en: 'Finished' }, required: true, automatic: true },
  },
};
