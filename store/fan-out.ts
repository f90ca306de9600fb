import type pg from 'pg';
import type { Actor } from '../domain/model/event.ts';
import { asEventId, type JourneyId } from '../domain/model/ids.ts';
import type { EndingKind, JourneyState } from '../domain/model/state.ts';
import { advanceOnce, type AdvanceAnswer, type AdvanceOptions } from './advance-once.ts';
import type { StoreDeps } from './deps.ts';
import { Conflict } from './errors.ts';
import type { EventInput } from './event-input.ts';
import { rows } from './sql.ts';

/** What happened to one journey of the person. */
export interface FanOut extends AdvanceAnswer {
  readonly journey: JourneyId;
}

interface OpenJourney {
  readonly id: JourneyId;
  readonly pathway: string;
  readonly state: JourneyState;
}

/** Locks the open journeys of a person whose record is locked. */
export const openJourneys = (client: pg.PoolClient, resident: string): Promise<OpenJourney[]> =>
  rows(
    client,
    'person-journeys',
    `select id, pathway, state from journey where resident_id = $1 and ended_at is null order by id for update`,
    [resident],
  );

/** Advances a journey that the transaction has locked. @throws Conflict with the refusal's words */
export async function advanceLocked(
  deps: StoreDeps,
  client: pg.PoolClient,
  journey: JourneyId,
  event: EventInput,
  options: Pick<AdvanceOptions, 'at' | 'quiet'> = {},
): Promise<FanOut> {
  const answer = await advanceOnce(deps, client, journey, event, { ...options, ofPerson: true }, true);
  if (!answer || answer === 'ofPerson') throw new Error(`journey ${journey} moved on while it was locked`);
  if (answer.refusal) throw new Conflict(`${answer.refusal.message.zh} ${answer.refusal.message.en}`);
  return { ...answer, journey };
}

export interface EndJourneys extends Pick<AdvanceOptions, 'at' | 'quiet'> {
  /** Of the event ids; the journey's own follows. */
  readonly idPrefix: string;
  readonly by: Actor;
  readonly ending: EndingKind;
  readonly reason?: string;
  readonly happenedAt?: number;
  /** Only this one. */
  readonly pathway?: string;
}

/** Ends the open journeys of a person whose record is locked. */
export async function endJourneys(
  deps: StoreDeps,
  client: pg.PoolClient,
  resident: string,
  { idPrefix, by, ending, reason, happenedAt, pathway: only, ...options }: EndJourneys,
): Promise<FanOut[]> {
  const answers: FanOut[] = [];
  for (const { id, pathway } of await openJourneys(client, resident)) {
    if (only !== undefined && only !== pathway) continue;
    const event: EventInput = {
      kind: 'Ended',
      id: asEventId(`${idPrefix}/${id}`),
      by,
      ending,
      ...(reason !== undefined && { reason }),
      ...(happenedAt !== undefined && { happenedAt }),
    };
    answers.push(await advanceLocked(deps, client, id, event, options));
  }
  return answers;
}
