import type pg from 'pg';
import type { Ended, Transferred } from '../domain/model/event.ts';
import { asEventId, type JourneyId } from '../domain/model/ids.ts';
import type { Assignment, EndingKind, JourneyState } from '../domain/model/state.ts';
import { actorOf } from './actor-of.ts';
import { advanceOnce, type AdvanceAnswer } from './advance.ts';
import type { Caller } from './caller.ts';
import type { StoreDeps } from './deps.ts';
import { Conflict, NotFound } from './errors.ts';
import { eventIdOf, type EventInput } from './event-input.ts';
import { centrePlace } from './place.ts';
import { lockResident, type LockedResident } from './lock-resident.ts';
import { rows } from './sql.ts';
import { inTransaction } from './transaction.ts';

/** What happened to one journey of the person. */
export interface FanOut extends AdvanceAnswer {
  readonly journey: JourneyId;
}

interface PersonEvent {
  /** Id of the resident. */
  readonly resident: string;
  /** Unique for the caller; the same again changes nothing. */
  readonly idempotencyKey: string;
}

interface OpenJourney {
  readonly id: JourneyId;
  readonly pathway: string;
  readonly state: JourneyState;
}

const openJourneys = (client: pg.PoolClient, resident: string): Promise<OpenJourney[]> =>
  rows(
    client,
    'person-journeys',
    `select id, pathway, state from journey where resident_id = $1 and ended_at is null order by id for update`,
    [resident],
  );

async function advanceLocked(
  deps: StoreDeps,
  client: pg.PoolClient,
  journey: JourneyId,
  event: EventInput,
): Promise<FanOut> {
  const answer = await advanceOnce(deps, client, journey, event, {}, true);
  if (!answer) throw new Error(`journey ${journey} moved on while it was locked`);
  if (answer.status === 'refused')
    throw new Conflict(`${answer.refusal?.message.zh ?? ''} ${answer.refusal?.message.en ?? ''}`);
  return { ...answer, journey };
}

interface EndAll extends PersonEvent {
  readonly kind: string;
  readonly ending: EndingKind;
  readonly status?: LockedResident['status'];
  readonly reason?: string;
  readonly happenedAt?: number;
  readonly pathway?: string;
  /** What else is said of the person, in the same transaction. */
  readonly alter?: (client: pg.PoolClient) => Promise<unknown>;
}

/** Ends every open journey of a person, in the transaction that says so of the person. */
async function endAll(deps: StoreDeps, caller: Caller, what: EndAll): Promise<FanOut[]> {
  const scope = eventIdOf(`staff/${caller.staff}`, what.idempotencyKey);
  return inTransaction(deps.pool, async (client) => {
    await lockResident(client, caller, what.resident);
    if (what.status !== undefined)
      await rows(
        client,
        '',
        'update resident set status = $2, updated_at = clock_timestamp() where id = $1 and status <> $2',
        [what.resident, what.status],
      );
    await what.alter?.(client);
    const answers: FanOut[] = [];
    for (const { id, pathway } of await openJourneys(client, what.resident)) {
      if (what.pathway !== undefined && what.pathway !== pathway) continue;
      const event: Ended = {
        kind: 'Ended',
        id: asEventId(`${scope}/${what.kind}/${id}`),
        by: actorOf(caller),
        ending: what.ending,
        ...(what.reason !== undefined && { reason: what.reason }),
        ...(what.happenedAt !== undefined && { happenedAt: what.happenedAt }),
      };
      answers.push(await advanceLocked(deps, client, id, event));
    }
    return answers;
  });
}

/** The resident has died: every open journey ends. @returns what each journey answered; empty when told before */
export const residentDied = (
  deps: StoreDeps,
  caller: Caller,
  event: PersonEvent & { readonly happenedAt?: number },
): Promise<FanOut[]> => endAll(deps, caller, { ...event, kind: 'died', ending: 'died', status: 'died' });

/** The resident has moved out of the district: every open journey ends. */
export const residentMoved = (
  deps: StoreDeps,
  caller: Caller,
  event: PersonEvent & { readonly reason?: string },
): Promise<FanOut[]> => endAll(deps, caller, { ...event, kind: 'moved', ending: 'moved', status: 'moved' });

/** The resident wants no more of one pathway, or of any; the consent says so from now on. */
export const residentOptedOut = (
  deps: StoreDeps,
  caller: Caller,
  event: PersonEvent & { readonly reason: string; readonly pathway?: string },
): Promise<FanOut[]> =>
  endAll(deps, caller, {
    ...event,
    kind: 'opted-out',
    ending: 'declined',
    alter: (client) =>
      rows(
        client,
        '',
        `update resident set consent = consent || jsonb_build_object($2::text, false),
           updated_at = clock_timestamp() where id = $1`,
        [event.resident, event.pathway ?? 'care'],
      ),
  });

export interface TransferInput extends PersonEvent {
  /** Id of the new centre. */
  readonly centre: string;
  /** Id of the new contract doctor; null for none. */
  readonly doctor: string | null;
  readonly reason?: string;
}

/**
 * Another centre or contract doctor looks after the resident from now on, in every open journey.
 * @throws NotFound, Conflict when a journey refuses
 */
export async function transferResident(
  deps: StoreDeps,
  caller: Caller,
  input: TransferInput,
): Promise<FanOut[]> {
  const scope = eventIdOf(`staff/${caller.staff}`, input.idempotencyKey);
  return inTransaction(deps.pool, async (client) => {
    await lockResident(client, caller, input.resident);
    const place = await centrePlace(client, input.centre);
    await rows(
      client,
      '',
      `update resident set centre_id = $2, contract_doctor_id = $3, updated_at = clock_timestamp() where id = $1`,
      [input.resident, input.centre, input.doctor],
    );
    const assignment: Assignment = { ...place, ...(input.doctor !== null && { doctor: input.doctor }) };
    const answers: FanOut[] = [];
    for (const { id } of await openJourneys(client, input.resident)) {
      const event: Transferred = {
        kind: 'Transferred',
        id: asEventId(`${scope}/transferred/${id}`),
        by: actorOf(caller),
        assignment,
        ...(input.reason !== undefined && { reason: input.reason }),
      };
      answers.push(await advanceLocked(deps, client, id, event));
    }
    return answers;
  });
}

export interface MergeInput {
  /** Id of the record that was made twice. */
  readonly duplicate: string;
  /** Id of the record that stays. */
  readonly survivor: string;
  readonly idempotencyKey: string;
}

/**
 * Two records are one person. The duplicate's journeys go over to the survivor; where the survivor is under way on
 * the same pathway already, the duplicate's journey ends as `merged`. Nothing is deleted.
 * @returns what each open journey of the duplicate answered; empty when they were merged before
 */
export async function mergeResidents(deps: StoreDeps, caller: Caller, input: MergeInput): Promise<FanOut[]> {
  const { duplicate, survivor, idempotencyKey } = input;
  if (duplicate === survivor)
    throw new Conflict(
      '不能与自己合并。A record cannot be merged with itself; name two different residents.',
    );
  const scope = eventIdOf(`staff/${caller.staff}`, idempotencyKey);
  return inTransaction(deps.pool, async (client) => {
    // Always in the same order, so that two merges of the same pair do not wait for each other for ever.
    const [first, second] = duplicate < survivor ? [duplicate, survivor] : [survivor, duplicate];
    const locked = [await lockResident(client, caller, first), await lockResident(client, caller, second)];
    const [gone, kept] = [duplicate, survivor].map((id) => locked.find((resident) => resident.id === id));
    if (!gone || !kept) throw new NotFound('resident', duplicate);
    if (gone.status === 'merged' && gone.mergedInto === survivor) return [];
    if (gone.status === 'merged' || kept.status === 'merged')
      throw new Conflict(
        '其中一份档案已被合并，请选择保留的档案。One of the two records was merged before; choose the record that was kept.',
      );
    const taken = new Set((await openJourneys(client, survivor)).map(({ pathway }) => pathway));
    const assignment: Assignment = {
      ...(await centrePlace(client, kept.centre)),
      ...(kept.doctor !== null && { doctor: kept.doctor }),
    };
    const by = actorOf(caller);
    const answers: FanOut[] = [];
    for (const { id, pathway } of await openJourneys(client, duplicate)) {
      const eventId = asEventId(`${scope}/merged/${id}`);
      const event: EventInput = taken.has(pathway)
        ? { kind: 'Ended', id: eventId, by, ending: 'merged', reason: `merged into ${survivor}` }
        : { kind: 'Transferred', id: eventId, by, assignment, reason: `merged into ${survivor}` };
      answers.push(await advanceLocked(deps, client, id, event));
    }
    await rows(
      client,
      '',
      `update journey set resident_id = $2 where resident_id = $1 and ending is distinct from 'merged'`,
      [duplicate, survivor],
    );
    await rows(
      client,
      '',
      `update resident set status = 'merged', merged_into_id = $2, updated_at = clock_timestamp() where id = $1`,
      [duplicate, survivor],
    );
    return answers;
  });
}
