import { civilText } from '../calendar/civil-day.ts';
import type { Recipient } from '../model/effect.ts';
import type { StepRef } from '../model/ids.ts';
import type { StepState } from '../model/state.ts';
import type { Draft } from './draft.ts';

/** Templates that every pathway has without declaring them. */
export const builtInTemplates = ['reminder-resident', 'reminder-staff', 'outside-work-failed'] as const;

/** The channel that every district has; channel order for each resident is the dispatcher's concern. */
const channel = 'email';

/** Which telling of a step this is: a rung of its ladder, or one of the moments beside it. */
export interface Occasion {
  readonly rung: number | 'opened' | 'work';
  readonly repeat: number;
}

/** Queues one notice under the key that makes it one message for ever. */
export function queueNotice(
  draft: Draft,
  ref: StepRef,
  state: Pick<StepState, 'cycle' | 'dueAt'>,
  recipient: Recipient,
  template: string | undefined,
  occasion: Occasion,
): void {
  const to = recipient.kind === 'resident' ? 'resident' : (recipient.staff ?? recipient.role);
  draft.effects.push({
    kind: 'NoticeQueued',
    key: `${draft.state.journey}/${ref}/${state.cycle}/${occasion.rung}/${occasion.repeat}/${to}/${channel}`,
    step: ref,
    recipient,
    template: template ?? (recipient.kind === 'resident' ? 'reminder-resident' : 'reminder-staff'),
    parameters: { dueDate: civilText(draft.calendar.clock.dayOf(state.dueAt)) },
  });
}
