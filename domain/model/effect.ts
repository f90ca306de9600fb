import type { StepRef, WorkId } from './ids.ts';
import type { EndingKind, StepStatus } from './state.ts';
import type { StaffRole } from './role.ts';
import type { FactValue } from './fact.ts';

/** Who a notice is for. A role is resolved to people by the store: the owner's centre, hospital or district. */
export type Recipient =
  | { readonly kind: 'resident' }
  | { readonly kind: 'staff'; readonly role: StaffRole; readonly staff?: string };

/** What the shell is to do about an event. Few, closed, plain JSON. */
export type Effect =
  | { readonly kind: 'StageEntered'; readonly stage: string }
  | { readonly kind: 'StepOpened'; readonly step: StepRef; readonly dueAt: number }
  | {
      readonly kind: 'StepClosed';
      readonly step: StepRef;
      readonly status: Exclude<StepStatus, 'open' | 'scheduled'>;
      readonly outcome?: string;
    }
  | {
      readonly kind: 'RungRaised';
      readonly step: StepRef;
      readonly cycle: number;
      readonly rung: number;
      readonly repeat: number;
      readonly tell: Recipient;
      /** False for a rung skipped in a catch-up: recorded, and nobody told. */
      readonly told: boolean;
    }
  | {
      readonly kind: 'NoticeQueued';
      /** `journey/step#n/cycle/rung/repeat/recipient/channel`: one message for ever. */
      readonly key: string;
      readonly step: StepRef;
      readonly recipient: Recipient;
      readonly template: string;
      readonly parameters: Readonly<Record<string, FactValue>>;
    }
  | { readonly kind: 'NoticeSuperseded'; readonly step: StepRef }
  | {
      readonly kind: 'OutsideWorkRequested';
      readonly work: WorkId;
      readonly step: StepRef;
      /** Name of the provider, e.g. `booking`. */
      readonly provider: string;
      readonly request: Readonly<Record<string, FactValue>>;
    }
  | { readonly kind: 'JourneyEnded'; readonly ending: EndingKind };
