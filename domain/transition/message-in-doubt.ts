import { messageInDoubtId } from '../definition/message-in-doubt.ts';
import type { MessageInDoubt } from '../model/event.ts';
import { put, stepOf, type Draft } from './draft.ts';
import { openBeside } from './open-beside.ts';

/** While a gateway is ill for weeks one step is open, and need not grow with every message: the log has them all. */
const keptDoubts = 8;

/** To find out about a message becomes the centre's task; while that is open, further ones are added to it. */
export function messageInDoubt(draft: Draft, { channel, message, to, about }: MessageInDoubt): undefined {
  const ref = openBeside(draft, messageInDoubtId);
  const step = stepOf(draft, ref);
  const doubts = [...(step.doubts ?? []), { at: draft.at, channel, message, to, about }].slice(-keptDoubts);
  put(draft, ref, { ...step, doubts });
}
