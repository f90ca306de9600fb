import { z } from 'zod';
import type { FactsCorrected, OutcomeRecorded } from '../domain/model/event.ts';
import { anchors, facts, instant, messageId, sourceName, stepReference, text } from './bounded.ts';

const common = { id: messageId };

/** What a peer may report by signal: an outcome, or corrected facts. Everything else goes through the API. */
const factEventSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    ...common,
    kind: z.literal('OutcomeRecorded'),
    step: stepReference,
    outcome: text(100),
    facts: facts.optional(),
    happenedAt: instant.optional(),
    appointmentAt: instant.optional(),
    reason: text(2_000).optional(),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('FactsCorrected'),
    facts: facts.optional(),
    anchors: anchors.optional(),
    reason: text(2_000),
    happenedAt: instant.optional(),
  }),
]);
const messageSchema = z.object({ source: sourceName, event: z.unknown() });

type Body = Omit<OutcomeRecorded, 'id'> | Omit<FactsCorrected, 'id'>;

/** A message as it came: anybody who reaches Temporal can send one, so nothing about it is taken for granted. */
export type ReadMessage =
  | { readonly readable: true; readonly source: string; readonly id: string; readonly body: Body }
  | { readonly readable: false; readonly source: string; readonly event: unknown };

/** @returns who sent the message, its own id and the event that it means, if it is such an event within its bounds */
export function readFactMessage(message: unknown): ReadMessage {
  const outer = messageSchema.safeParse(message);
  if (!outer.success) return { readable: false, source: 'unknown', event: message };
  const { source, event } = outer.data;
  const parsed = factEventSchema.safeParse(event);
  if (!parsed.success) return { readable: false, source, event };
  const { id, ...body } = parsed.data;
  return { readable: true, source, id, body: { ...body, by: { kind: 'outside', system: source } } as Body };
}
