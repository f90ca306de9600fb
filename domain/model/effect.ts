import type { StepRef, WorkId } from './ids.ts';
import type { EndingKind, StepStatus } from './state.ts';
import type { StaffRole } from './role.ts';
import type { FactValue } from './fact.ts';
import type { NoticePurpose, ResidentAsk } from './message.ts';

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
      /** Nobody was told because the resident has confirmed already. */
      readonly silenced?: true;
    }
  | {
      readonly kind: 'NoticeQueued';
      /**
       * `journey/step#n/cycle/rung/repeat/recipient/any`: one notice for ever. Which channel was taken, the messages say
       * that were made of it.
       */
      readonly key: string;
      readonly step: StepRef;
      readonly recipient: Recipient;
      readonly template: string;
      readonly parameters: Readonly<Record<string, FactValue>>;
      readonly purpose: NoticePurpose;
      /** It leaves at once; absent for what may wait for the next routine hour or digest. */
      readonly urgent?: true;
      /** After this instant it is pointless and does not leave. UTC epoch milliseconds. */
      readonly expiresAt?: number;
      /** It asks the resident for something: the message carries a link to answer by. */
      readonly link?: { readonly asks: readonly ResidentAsk[] };
    }
  | {
      readonly kind: 'NoticeSuperseded';
      readonly step: StepRef;
      /** Only what waits for the resident; absent: whatever waits for anybody. */
      readonly to?: 'resident';
    }
  | {
      readonly kind: 'OutsideWorkRequested';
      readonly work: WorkId;
      readonly step: StepRef;
      /** Name of the provider, e.g. `booking`. */
      readonly provider: string;
      readonly request: Readonly<Record<string, FactValue>>;
    }
  | { readonly kind: 'JourneyEnded'; readonly ending: EndingKind };
