import type { JourneyId } from '../../domain/model/ids.ts';
import { publishDefinition } from '../../store/definitions.ts';
import { claimMessages, type ClaimedMessage } from '../../store/messages/claim.ts';
import { finishMessages } from '../../store/messages/finish.ts';
import { planMessages } from '../../store/messages/plan-messages.ts';
import { smallSource } from './small-pathway.ts';
import { storeFixture, type StoreFixture } from './store-fixture.ts';

interface NoticeOptions {
  /** Unique within its journey. */
  readonly key: string;
  readonly urgent?: boolean;
  readonly purpose?: string;
  readonly dueAt?: number;
  /** To staff of this role; absent: to the resident. */
  readonly role?: string;
}

interface MadeMessage {
  readonly channel: string;
  readonly status: string;
  readonly kind: string;
  readonly urgent: boolean;
  readonly notices: readonly string[];
}

interface Standing {
  readonly status: string;
  readonly reason: string | null;
  readonly until: number | null;
  readonly flag: string | null;
  readonly rank: number;
  readonly error: string | null;
}

export interface PlanFixture extends StoreFixture {
  query<T extends object>(sql: string, values?: unknown[]): Promise<T[]>;
  /** @returns a new resident on a journey, of whose notices nothing waits */
  invited(): Promise<{ readonly resident: string; readonly journey: JourneyId }>;
  /** @returns a second journey of the same resident */
  anotherJourney(resident: string): Promise<JourneyId>;
  /** @returns the key of a notice that is due now, or when it says */
  notice(journey: JourneyId, options: NoticeOptions): Promise<string>;
  plan(): Promise<'more' | 'done'>;
  claim(channel: 'sms' | 'email'): Promise<ClaimedMessage[]>;
  /** Sends whatever is planned. */
  sendAll(): Promise<void>;
  /** @returns the messages to somebody, the oldest first */
  messages(recipient: string): Promise<MadeMessage[]>;
  standing(key: string): Promise<Standing>;
  /** Withdraws whatever waits, for the next test. */
  clear(): Promise<void>;
}

/** @param on default: a fresh database */
export async function planFixture(on?: StoreFixture): Promise<PlanFixture> {
  const f = on ?? (await storeFixture());
  await publishDefinition(f.store, { ...smallSource, pathway: 'other' }, 'test');
  const query = async <T extends object>(sql: string, values: unknown[] = []): Promise<T[]> =>
    (await f.store.pool.query<T>(sql, values)).rows;
  const withdraw = (): Promise<object[]> =>
    query(`update notice set status = 'superseded' where status in ('queued', 'held', 'sending')`);
  const claim = (channel: 'sms' | 'email'): Promise<ClaimedMessage[]> =>
    claimMessages(f.store, {
      ...{ channel, limit: 1000, provider: 'test', quietDistricts: [] },
      write: async (_client, messages) =>
        new Map(messages.map(({ id }) => [id, { subject: '', text: 'text', segments: null, extra: {} }])),
    });
  const withoutNotices = async (journey: JourneyId): Promise<JourneyId> => {
    await query(`update notice set status = 'superseded' where journey_id = $1`, [journey]);
    return journey;
  };
  return {
    ...f,
    query,
    async invited() {
      const resident = await f.resident();
      return { resident, journey: await withoutNotices(await f.journey({ resident })) };
    },
    anotherJourney: async (resident) =>
      withoutNotices(await f.journey({ resident, pathway: 'other', idempotencyKey: `other-${resident}` })),
    async notice(journey, { key, urgent = false, purpose = 'reminder', dueAt = f.clock.at, role }) {
      const whole = `${journey}/${key}`;
      await query(
        `insert into notice (key, journey_id, step, recipient_kind, recipient_role, template, parameters, due_at, urgent, purpose)
         values ($1, $2, 'questions#1', $3, $4, 'reminder', '{}', $5, $6, $7)`,
        [
          whole,
          journey,
          role ? 'staff' : 'resident',
          role ?? null,
          new Date(dueAt).toISOString(),
          urgent,
          purpose,
        ],
      );
      return whole;
    },
    plan: () => planMessages(f.store, { channels: ['sms', 'email'] }),
    claim,
    async sendAll() {
      for (const channel of ['sms', 'email'] as const)
        await finishMessages(
          f.store,
          (await claim(channel)).map(({ id, attempts }) => ({
            ...{ id, attempts, providerId: null },
            status: 'sent',
          })),
        );
    },
    messages: (recipient) =>
      query<MadeMessage>(
        `select m.channel, m.status, m.kind, m.urgent,
           array(select notice_key from message_notice where message_id = m.id order by 1) as notices
         from message m where m.recipient_id = $1 order by m.created_at`,
        [recipient],
      ),
    async standing(key) {
      const [row] = await query<Standing>(
        `select status, hold_reason as reason, (extract(epoch from held_until) * 1000)::float8 as until, flag, rank, error
         from notice where key = $1`,
        [key],
      );
      if (!row) throw new Error(`no notice ${key}`);
      return row;
    },
    async clear() {
      await withdraw();
      await query(
        `update message set status = 'superseded' where status in ('queued', 'claimed', 'sending')`,
      );
    },
  };
}
