import { contactDetailsId, isContactDetails } from '../definition/contact-details.ts';
import type { ContactFailed } from '../model/event.ts';
import { put, stepOf, type Draft } from './draft.ts';
import { openStep } from './open-step.ts';

/** A wrong address becomes the centre's task, once; the ladders of the road do not wait for it. */
export function contactFailed(draft: Draft, { channel, notice, reason }: ContactFailed): undefined {
  // One that is open already is left as it is.
  openStep(draft, contactDetailsId, {});
  const ref = draft.active.find(isContactDetails);
  if (ref === undefined)
    throw new Error(`journey ${draft.state.journey} could not open ${contactDetailsId}.`);
  const step = stepOf(draft, ref);
  const contactFailures = { ...step.contactFailures, [channel]: { at: draft.at, notice, reason } };
  put(draft, ref, { ...step, contactFailures });
}
