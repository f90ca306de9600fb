import type { ResidentAnswered } from '../model/event.ts';
import { refuse, type Refusal } from '../model/refusal.ts';
import type { ResidentAnswer, StepState } from '../model/state.ts';
import { isActive, put, stepOf, type Draft } from './draft.ts';
import { queueNotice } from './notices.ts';

/** What the resident says stands on the step; all but a confirmation is the owner's to act upon. */
export function answerOfResident(draft: Draft, event: ResidentAnswered): Refusal | undefined {
  const step = draft.state.steps[event.step];
  // The resident reads this; it names nothing of the journey.
  if (!step || !isActive(step))
    return refuse(
      step ? 'StepNotOpen' : 'StepUnknown',
      '这件事已经办结，不需要再答复；如有疑问，请致电您的社区卫生服务中心。',
      'This matter is closed, and needs no answer any more; if in doubt, please call your community health centre.',
      { field: 'step' },
    );
  const said: ResidentAnswer = {
    answer: event.answer,
    at: draft.at,
    cycle: step.cycle,
    ...(event.note !== undefined && { note: event.note }),
  };
  put(draft, event.step, { ...step, residentAnswer: said });
  if (event.answer === 'confirmed')
    draft.effects.push({ kind: 'NoticeSuperseded', step: event.step, to: 'resident' });
  else if (!saidBefore(step, said)) tellOwner(draft, event);
  return undefined;
}

/** Whoever presses a button three times has said one thing. */
const saidBefore = ({ residentAnswer: before }: StepState, said: ResidentAnswer): boolean =>
  before?.answer === said.answer && before.cycle === said.cycle && before.note === said.note;

function tellOwner(draft: Draft, event: ResidentAnswered): void {
  const step = stepOf(draft, event.step);
  // Another answer in the same cycle is another notice: the number of the event tells them apart.
  queueNotice(
    draft,
    event.step,
    step,
    { kind: 'staff', ...step.owner },
    'resident-answered',
    { rung: 'answer', repeat: draft.state.seq, urgent: true },
    { answer: event.answer },
  );
}

/** @returns whether the resident has confirmed in this cycle of the ladder, so that reminding again would be noise */
export const hasConfirmed = ({ residentAnswer, cycle }: StepState): boolean =>
  residentAnswer?.answer === 'confirmed' && residentAnswer.cycle === cycle;
