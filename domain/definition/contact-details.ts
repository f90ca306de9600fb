import { stepIdOf, type StepRef } from '../model/ids.ts';
import { say } from '../model/localized.ts';
import type { JourneyState } from '../model/state.ts';
import { centreTask } from './centre-task.ts';

/** No definition may use its name. */
export const contactDetailsId = 'contact-details';

/** Opened when a message cannot be delivered because the address is wrong, or there is none. */
// Confirm: three working days are a proposal until a district has said what it can do.
export const contactDetails = centreTask(
  contactDetailsId,
  say('更正联系方式', 'Correct the contact details'),
  '3wd',
  { corrected: say('已更正', 'Corrected'), unreachable: say('联系不上', 'Unreachable') },
);

/** @returns whether the journey waits for somebody to correct the contact details */
export const waitsForContactDetails = ({ steps }: JourneyState): boolean =>
  Object.entries(steps).some(
    ([ref, { status }]) => status === 'open' && stepIdOf(ref as StepRef) === contactDetailsId,
  );
