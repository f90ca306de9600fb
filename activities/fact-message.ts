import { z } from 'zod';
import type { FactsCorrected, OutcomeRecorded } from '../domain/model/event.ts';

const facts = z.record(z.string(), z.union([z.number(), z.string(), z.boolean()]));
const common = { id: z.string().min(1).max(200) };

/** What a peer may report by signal: an outcome, or corrected facts. Everything else goes through the API. */
const factEventSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    ...common,
    kind: z.literal('OutcomeRecorded'),
    step: z.string().min(1),
    outcome: z.string().min(1),
    facts: facts.optional(),
    happenedAt: z.number().int().optional(),
    appointmentAt: z.number().int().optional(),
    reason: z.string().optional(),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('FactsCorrected'),
    facts: facts.optional(),
    anchors: z.record(z.string(), z.number().int()).optional(),
    reason: z.string().min(1),
    happenedAt: z.number().int().optional(),
  }),
]);

type Body = Omit<OutcomeRecorded, 'id'> | Omit<FactsCorrected, 'id'>;

/** @returns the message's own id and the event that it means, or null when it is no such event */
export function parseFactEvent(source: string, event: unknown): { id: string; body: Body } | null {
  const parsed = factEventSchema.safeParse(event);
  if (!parsed.success) return null;
  const { id, ...body } = parsed.data;
  return { id, body: { ...body, by: { kind: 'outside', system: source } } as Body };
}
