import type { JourneyId } from '../../domain/model/ids.ts';
import { finishMessages, type Finished } from '../../store/messages/finish.ts';
import { apiFixture, type Answered, type ApiFixture, type User } from './api-fixture.ts';
import { planFixture, type PlanFixture } from './plan-fixture.ts';

/** A notice as the API shows it, as far as tests look. */
export interface SeenNotice {
  readonly key: string;
  readonly status: string;
  readonly fate: string;
  readonly messages: readonly { readonly status: string; readonly address: string; readonly id: string }[];
  readonly actions: readonly Record<string, unknown>[];
  readonly replies: readonly { readonly id: number; readonly text: string; readonly read: unknown }[];
}

/** What a gateway says of a number that nobody has. */
export const noSuchNumber = { status: 'failed', error: 'no-such-number', badAddress: true } as const;

export interface NoticeFixture {
  readonly api: ApiFixture;
  readonly plans: PlanFixture;
  list(query: string, as?: User): Promise<SeenNotice[]>;
  /** @returns the one notice of the journey */
  ofJourney(journey: JourneyId): Promise<SeenNotice>;
  order(action: 'retry' | 'cancel', key: string, body: object, as?: User, again?: string): Promise<Answered>;
  /** Sends what is planned by SMS, with one end for all. @returns how many messages there were */
  send(end: Partial<Finished> & { status: Finished['status'] }): Promise<number>;
  /** @returns a journey whose invitation is due now */
  invited(centre?: string): Promise<{ readonly journey: JourneyId; readonly key: string }>;
  /** @returns the same by text message only, that nobody got */
  failed(): Promise<{ readonly journey: JourneyId; readonly key: string }>;
}

/** The real app with what is planned and sent in it. */
export async function noticeFixture(): Promise<NoticeFixture> {
  const api = await apiFixture();
  const plans = await planFixture(api);
  const list = async (query: string, as: User = 'district'): Promise<SeenNotice[]> => {
    const answer = await api.get(`/api/v1/notices?${query}`, { as });
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
    return answer.body['items'] as SeenNotice[];
  };
  const ofJourney = async (journey: JourneyId): Promise<SeenNotice> => {
    const [only, ...others] = await list(`journey=${journey}`);
    if (!only || others.length > 0) throw new Error(`${journey} has not one notice`);
    return only;
  };
  async function send(end: Partial<Finished> & { status: Finished['status'] }): Promise<number> {
    const claimed = await plans.claim('sms');
    await finishMessages(
      api.store,
      claimed.map(({ id, attempts }) => ({ providerId: null, ...end, id, attempts }) as Finished),
    );
    return claimed.length;
  }
  return {
    ...{ api, plans, list, ofJourney, send },
    order: (action, key, body, as = 'centre0', again) =>
      api.post(`/api/v1/notices/${encodeURIComponent(key)}/${action}`, body, {
        as,
        ...(again !== undefined && { key: again }),
      }),
    async invited(centre = 'C0') {
      const journey = await api.journey({ centre });
      return { journey, key: (await ofJourney(journey)).key };
    },
    async failed() {
      const resident = await api.resident();
      await plans.query(`update resident set email = null where id = $1`, [resident]);
      const journey = await api.journey({ resident });
      await plans.plan();
      await send(noSuchNumber);
      await plans.plan();
      return { journey, key: (await ofJourney(journey)).key };
    },
  };
}
