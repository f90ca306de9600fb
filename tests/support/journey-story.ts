import type { Definition } from '../../domain/definition/definition.ts';
import type { Effect } from '../../domain/model/effect.ts';
import type { JourneyEvent } from '../../domain/model/event.ts';
import type { Facts } from '../../domain/model/fact.ts';
import { asEventId, asStepRef, type StepRef } from '../../domain/model/ids.ts';
import { isRefusal, type Refusal } from '../../domain/model/refusal.ts';
import type { JourneyState, StepState } from '../../domain/model/state.ts';
import { nextDeadline } from '../../domain/transition/next-deadline.ts';
import { transition } from '../../domain/transition/transition.ts';
import { undoOf } from '../../domain/transition/undo.ts';
import { calendar, clock, doctor, enrolment, journey } from './random-walk.ts';

type WithoutCommon<T> = T extends JourneyEvent ? Omit<T, 'id' | 'by'> : never;

/** @returns the instant of a local time in the district, written `2026-01-05 10:00` */
export const local = (text: string): number => Date.parse(`${text.replace(' ', 'T')}:00+08:00`);

/** @returns a local time, written the same way */
export const localText = (at: number): string =>
  new Date(at + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');

/** A journey told event by event, with deadlines firing in between: tests read as what happens to a person. */
export class Story {
  readonly definition: Definition;
  state: JourneyState;
  at: number;
  effects: readonly Effect[] = [];
  readonly #log: { event: JourneyEvent; before: JourneyState; after: JourneyState }[] = [];
  #count = 0;

  constructor(definition: Definition, from: string, enrolled: Partial<typeof enrolment> = {}) {
    this.definition = definition;
    this.at = local(from);
    const answer = transition(definition, null, { ...enrolment, ...enrolled }, this.at, calendar, journey);
    if (isRefusal(answer)) throw new Error(answer.message.en);
    this.state = answer.state;
    this.effects = answer.effects;
  }

  /** Lets time pass, and every deadline on the way fire at its instant. @returns the effects of them all */
  until(text: string): readonly Effect[] {
    const to = local(text);
    const all: Effect[] = [];
    for (let next = nextDeadline(this.state); next && next.at <= to; next = nextDeadline(this.state)) {
      this.at = Math.max(next.at, this.at);
      this.#take({ kind: 'DeadlineReached', id: this.#id(), by: clock });
      all.push(...this.effects);
    }
    this.at = to;
    this.effects = all;
    return all;
  }

  /** Time passes with nobody serving deadlines: an outage. */
  outageUntil(text: string): this {
    this.at = local(text);
    return this;
  }

  /** Takes an event now. @throws Error when it is refused */
  take(event: WithoutCommon<JourneyEvent>): this {
    const refusal = this.try(event);
    if (refusal) throw new Error(`${event.kind}: ${refusal.refused}: ${refusal.message.en}`);
    return this;
  }

  /** @returns the refusal of an event, if it is refused */
  try(event: WithoutCommon<JourneyEvent>): Refusal | undefined {
    return this.#take({ ...event, id: this.#id(), by: doctor } as JourneyEvent);
  }

  outcome(
    step: string,
    outcome: string,
    facts: Facts = {},
    more: { happenedAt?: number; appointmentAt?: number; reason?: string } = {},
  ): this {
    return this.take({
      kind: 'OutcomeRecorded',
      step: asStepRef(step),
      outcome,
      facts,
      reason: 'because',
      ...more,
    });
  }

  /** Retracts the latest event of a kind. */
  retract(kind: JourneyEvent['kind']): this {
    return this.take(this.retraction(kind));
  }

  retraction(kind: JourneyEvent['kind']): WithoutCommon<JourneyEvent> {
    const wrong = this.#log.findLast(({ event }) => event.kind === kind);
    if (!wrong) throw new Error(`nothing of kind ${kind} to retract`);
    return {
      kind: 'EnteredInError',
      of: wrong.event.id,
      reason: 'wrong person',
      undo: undoOf(wrong.before, wrong.after, wrong.event),
    };
  }

  step(ref: string): StepState {
    const found = this.state.steps[asStepRef(ref)];
    if (!found) throw new Error(`no step ${ref}; there are ${Object.keys(this.state.steps).join(', ')}`);
    return found;
  }

  /** @returns the steps that are open, and those that are scheduled in brackets */
  get open(): string[] {
    return (Object.entries(this.state.steps) as [StepRef, StepState][])
      .filter(([, { status }]) => status === 'open' || status === 'scheduled')
      .map(([ref, { status }]) => (status === 'open' ? ref : `(${ref})`))
      .sort();
  }

  #id = () => asEventId(`event-${++this.#count}`);

  #take(event: JourneyEvent): Refusal | undefined {
    const answer = transition(this.definition, this.state, event, this.at, calendar, journey);
    if (isRefusal(answer)) return answer;
    this.#log.push({ event, before: this.state, after: answer.state });
    this.state = answer.state;
    this.effects = answer.effects;
    return undefined;
  }
}

/** @returns who was told, in order: `step rung@cycle → recipient`, told or skipped */
export const rungs = (effects: readonly Effect[]): string[] =>
  effects.flatMap((effect) =>
    effect.kind === 'RungRaised'
      ? [
          `${effect.step} ${effect.rung}${effect.repeat > 0 ? `+${effect.repeat}` : ''} → ${effect.tell.kind === 'resident' ? 'resident' : effect.tell.role}${effect.told ? '' : ' (skipped)'}`,
        ]
      : [],
  );
