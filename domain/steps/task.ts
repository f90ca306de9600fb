import { residentAsks } from '../model/message.ts';
import type { StepKind } from './kind.ts';

/** Something that a member of staff must do: a home visit, a call, a check. Never times out: its ladder repeats. */
export const task: StepKind = {
  title: { zh: '任务', en: 'Task' },
  timeout: null,
  asks: residentAsks,
  outcomes: {
    done: { title: { zh: '已完成', en: 'Done' }, required: true },
    notDone: { title: { zh: '未能完成', en: 'Not done' }, required: false, needsReason: true },
    unreachable: { title: { zh: '联系不上', en: 'Unreachable' }, required: false },
    declined: { title: { zh: '居民拒绝', en: 'Declined by the resident' }, required: false },
  },
};
