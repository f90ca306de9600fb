import type pg from 'pg';
import type { JourneyId, StepRef } from '../../domain/model/ids.ts';
import type { Inbound, ResidentAnswerKind } from '../../domain/model/message.ts';
import { lockForAnswer, recordAnswer } from '../answer-as-resident.ts';
import { stopContact } from '../contact-stop.ts';
import { earliestInstant, latestInstant, storable } from '../bounds.ts';
import type { StoreDeps } from '../deps.ts';
import { instant, rows } from '../sql.ts';
import { inTransaction } from '../transaction.ts';

/** What it means: the words of messaging/inbound-meaning.ts. */
export type ReplyMeaning = 'stop' | 'confirmed' | 'another-time' | 'other';

/** What asks the resident, by the answer that it takes. */
const asked = { confirmed: 'confirm', 'another-time': 'another-time' } as const;

/** The people to whom messages went at this number: a family may share one. */
const reachedAt = `
  select distinct m.recipient_id as id from message m
  where m.channel = 'sms' and m.recipient_kind = 'resident' and m.address = $1 and m.provider is not null`;

/** Which message a reply from this number answers, as far as anybody can say: the latest that went there. */
const latestTo = `
  select m.id from message m
  where m.channel = 'sms' and m.recipient_kind = 'resident' and m.address = $3 and m.provider is not null
  order by m.sent_at desc nulls last, m.created_at desc limit 1`;

/** What the latest message to this number asked that such an answer fits. */
const questionAt = `
  select n.journey_id as journey, n.step from message m
    join message_notice mn on mn.message_id = m.id join notice n on n.key = mn.notice_key
  where m.channel = 'sms' and m.recipient_kind = 'resident' and m.address = $1 and m.provider is not null
    and $2 = any(n.asks)
  order by m.sent_at desc nulls last, m.created_at desc, n.due_at desc, n.key limit 1`;

/**
 * Takes what a resident wrote back, once. "Stop" ends text messages to everybody whom that number reaches; 1 and 2
 * answer what was asked last; anything else is kept for a person to read.
 * @returns `unmatched` when no message ever went to that number; it is kept nevertheless
 */
export async function recordInbound(
  deps: StoreDeps,
  { provider, text, at, ...said }: Inbound,
  meaning: ReplyMeaning,
): Promise<'new' | 'known' | 'unmatched'> {
  // One that could not be kept would be repeated for ever, and a "stop" behind it never heard.
  const [id, from] = [storable(said.id), storable(said.from)];
  const receivedAt = instant(Math.min(Math.max(at, earliestInstant), latestInstant));
  return inTransaction(deps.pool, async (client) => {
    const kept = await rows(
      client,
      'keep-reply',
      `insert into inbound_message (provider, id, sender, text, received_at, message_id)
       values ($1, $2, $3, $4, $5, (${latestTo})) on conflict (provider, id) do nothing returning id`,
      [provider, id, from, storable(text), receivedAt],
    );
    if (kept.length === 0) return 'known';
    const outcome = await act(deps, client, { provider, id, from }, meaning);
    await rows(
      client,
      'settle-reply',
      'update inbound_message set outcome = $3 where provider = $1 and id = $2',
      [provider, id, outcome],
    );
    return outcome === 'unmatched' ? 'unmatched' : 'new';
  });
}

async function act(
  deps: StoreDeps,
  client: pg.PoolClient,
  { provider, id, from }: Pick<Inbound, 'provider' | 'id' | 'from'>,
  meaning: ReplyMeaning,
): Promise<string> {
  const people = await rows<{ id: string }>(client, 'reached-at', reachedAt, [from]);
  if (people.length === 0) return 'unmatched';
  if (meaning === 'other') return 'to-be-read';
  if (meaning === 'stop') {
    for (const person of people) await stopContact(client, person.id, 'sms', 'resident');
    return 'stopped';
  }
  const [question] = await rows<{ journey: JourneyId; step: StepRef }>(client, 'question-at', questionAt, [
    from,
    asked[meaning],
  ]);
  if (!question) return 'nothing-asked';
  const answer: ResidentAnswerKind = meaning;
  await lockForAnswer(client, question.journey, answer);
  const recorded = await recordAnswer(deps, client, { ...question, answer, key: `sms/${provider}/${id}` });
  return recorded.refusal ? `refused: ${recorded.refusal.refused}` : meaning;
}
