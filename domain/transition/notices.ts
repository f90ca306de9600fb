import { addDuration } from '../calendar/add-duration.ts';
import { civilText } from '../calendar/civil-day.ts';
import type { DefinitionSource } from '../definition/source.ts';
import { parseDuration } from '../model/duration.ts';
import type { Effect, Recipient } from '../model/effect.ts';
import type { FactValue } from '../model/fact.ts';
import type { StepRef } from '../model/ids.ts';
import type { NoticePurpose } from '../model/message.ts';
import type { StepState } from '../model/state.ts';
import type { Draft, Writable } from './draft.ts';

/** Templates that every pathway has without declaring them. */
export const builtInTemplates = [
  'reminder-resident',
  'reminder-staff',
  'outside-work-failed',
  'resident-answered',
] as const;

/** Which telling of a step this is: a rung of its ladder, or one of the moments beside it. */
export interface Occasion {
  readonly rung: number | 'opened' | 'work' | 'answer';
  readonly repeat: number;
  readonly urgent?: boolean;
}

type TemplateSource = DefinitionSource['templates'][string];
type Told = Pick<StepState, 'cycle' | 'dueAt' | 'appointmentAt'>;

/**
 * Queues one notice under the key that makes it one for ever. What is to be told is said here; by which channel, when
 * of the day, and together with what, is the dispatcher's concern (docs/adr/0005).
 */
export function queueNotice(
  draft: Draft,
  ref: StepRef,
  state: Told,
  recipient: Recipient,
  template: string | undefined,
  occasion: Occasion,
  more?: Readonly<Record<string, FactValue>>,
): void {
  const isResident = recipient.kind === 'resident';
  const to = isResident ? 'resident' : (recipient.staff ?? recipient.role);
  const name = template ?? (isResident ? 'reminder-resident' : 'reminder-staff');
  const wording = templateOf(draft, name);
  const expiresAt = expiryOf(draft, state, recipient, wording?.validFor);
  const asks = isResident ? draft.names.stepOf(ref)?.rules.asks : undefined;
  const parameters: Record<string, FactValue> = {
    dueDate: civilText(draft.calendar.clock.dayOf(state.dueAt)),
  };
  if (state.appointmentAt !== undefined) parameters['appointment'] = localTime(draft, state.appointmentAt);
  if (more) Object.assign(parameters, more);
  const notice: Writable<Extract<Effect, { kind: 'NoticeQueued' }>> = {
    kind: 'NoticeQueued',
    key: `${draft.state.journey}/${ref}/${state.cycle}/${occasion.rung}/${occasion.repeat}/${to}/any`,
    step: ref,
    recipient,
    template: name,
    parameters,
    purpose: purposeOf(draft, ref, state, recipient, occasion),
  };
  if (occasion.urgent === true || wording?.urgent === true) notice.urgent = true;
  if (expiresAt !== undefined) notice.expiresAt = expiresAt;
  if (asks) notice.link = { asks };
  draft.effects.push(notice);
}

/** @returns `YYYY-MM-DDTHH:mm`, local */
function localTime({ calendar: { clock } }: Draft, at: number): string {
  const day = clock.dayOf(at);
  const minutes = Math.floor((at - clock.instantOf(day, 0)) / 60_000);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${civilText(day)}T${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function purposeOf(
  draft: Draft,
  ref: StepRef,
  state: Told,
  recipient: Recipient,
  { rung }: Occasion,
): NoticePurpose {
  if (rung === 'answer') return 'answer';
  if (rung === 'work') return 'work';
  if (rung !== 'opened')
    return recipient.kind === 'resident' && state.appointmentAt !== undefined ? 'appointment' : 'reminder';
  if (recipient.kind === 'staff') return 'work';
  // Whoever wants no more invitations still wants to hear that the hospital expects them.
  return draft.names.stepOf(ref)?.stage === draft.definition.firstStage ? 'invitation' : 'appointment';
}

/** A reminder of an appointment is pointless once it is over; a template may say how long its words hold. */
function expiryOf(
  draft: Draft,
  state: Told,
  recipient: Recipient,
  validFor: string | undefined,
): number | undefined {
  const holds =
    validFor === undefined
      ? undefined
      : addDuration(draft.calendar, draft.at, parseDuration(validFor), draft.spread, false).at;
  const appointment =
    recipient.kind === 'resident' && state.appointmentAt !== undefined && state.appointmentAt > draft.at
      ? state.appointmentAt
      : undefined;
  if (holds === undefined || appointment === undefined) return holds ?? appointment;
  return Math.min(holds, appointment);
}

/** @returns the definition's own wording, if the template is not a built-in one */
function templateOf({ definition }: Draft, name: string): TemplateSource | undefined {
  const { templates } = definition.source;
  return Object.hasOwn(templates, name) ? templates[name] : undefined;
}
