import { contactDetailsId } from '../definition/contact-details.ts';
import type { ContactFailed } from '../model/event.ts';
import { put, stepOf, type Draft } from './draft.ts';
import { openBeside } from './open-beside.ts';

/** A wrong address becomes the centre's task, once; the ladders of the road do not wait for it. */
export function contactFailed(draft: Draft, { channel, notice, reason }: ContactFailed): undefined {
  const ref = openBeside(draft, contactDetailsId);
  const step = stepOf(draft, ref);
  const contactFailures = { ...step.contactFailures, [channel]: { at: draft.at, notice, reason } };
  put(draft, ref, { ...step, contactFailures });
}
