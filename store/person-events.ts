import type pg from 'pg';
import type { Transferred } from '../domain/model/event.ts';
import { asEventId } from '../domain/model/ids.ts';
import type { Assignment, EndingKind } from '../domain/model/state.ts';
import { actorOf } from './actor-of.ts';
import type { Caller } from './caller.ts';
import type { StoreDeps } from './deps.ts';
import { Conflict, NotFound } from './errors.ts';
import type { EventInput } from './event-input.ts';
import { advanceLocked, endJourneys, openJourneys, type FanOut } from './fan-out.ts';
import { lockResident, type LockedResident } from './lock-resident.ts';
import { oncePerKey, type PersonEvent } from './person-event.ts';
import { mustBeActive, setGone } from './person-status.ts';
import { centrePlace } from './place.ts';
import { rows } from './sql.ts';

interface EndAll {
  readonly ending: EndingKind;
  readonly reason?: string | undefined;
  readonly happenedAt?: number | undefined;
  readonly pathway?: string | undefined;
  /** What is said of the person, in the same transaction. */
  readonly say: (client: pg.PoolClient, person: LockedResident) => Promise<unknown>;
}

/** Ends every open journey of a person, in the transaction that says so of the person. */
const endAll = (
  deps: StoreDeps,
  caller: Caller,
  kind: string,
  event: PersonEvent,
  { ending, reason, happenedAt, pathway, say }: EndAll,
): Promise<FanOut[]> =>
  oncePerKey(deps, caller, kind, event, async (client, idPrefix) => {
    await say(client, await lockResident(client, caller, event.resident));
    return endJourneys(deps, client, event.resident, {
      idPrefix,
      by: actorOf(caller),
      ending,
      ...(reason !== undefined && { reason }),
      ...(happenedAt !== undefined && { happenedAt }),
      ...(pathway !== undefined && { pathway }),
    });
  });

export interface Gone extends PersonEvent {
  /** UTC epoch milliseconds; default: now. */
  readonly happenedAt?: number;
}

const gone =
  (status: 'died' | 'moved') =>
  (deps: StoreDeps, caller: Caller, event: Gone): Promise<FanOut[]> =>
    endAll(deps, caller, status, event, {
      ending: status,
      reason: event.reason,
      happenedAt: event.happenedAt,
      say: (client, person) => setGone(client, person, status),
    });

/**
 * The resident has died: every open journey ends.
 * @returns what each journey that was open answered
 * @throws Conflict for a record that was merged into another
 */
export const residentDied = gone('died');

/**
 * The resident has moved out of the district: every open journey ends.
 * @throws Conflict for somebody who has died, or a record that was merged into another
 */
export const residentMoved = gone('moved');

const setConsent = (client: pg.PoolClient, resident: string, what: string, given: boolean) =>
  rows(
    client,
    '',
    given
      ? `update resident set consent = consent - $2::text, updated_at = clock_timestamp() where id = $1`
      : `update resident set consent = consent || jsonb_build_object($2::text, false),
           updated_at = clock_timestamp() where id = $1`,
    [resident, what],
  );

/** The resident wants no more of one pathway, or of any; the consent says so from now on, and nobody enrols them. */
export const residentOptedOut = (
  deps: StoreDeps,
  caller: Caller,
  event: PersonEvent & { readonly reason: string; readonly pathway?: string },
): Promise<FanOut[]> =>
  endAll(deps, caller, 'opted-out', event, {
    ending: 'declined',
    reason: event.reason,
    pathway: event.pathway,
    say: (client) => setConsent(client, event.resident, event.pathway ?? 'care', false),
  });

/** The resident wants to be looked after again, on one pathway or on any: begins nothing, but lets somebody enrol them. */
export const residentOptedIn = (
  deps: StoreDeps,
  caller: Caller,
  event: PersonEvent & { readonly pathway?: string },
): Promise<FanOut[]> =>
  oncePerKey(deps, caller, 'opted-in', event, async (client) => {
    mustBeActive(await lockResident(client, caller, event.resident));
    await setConsent(client, event.resident, event.pathway ?? 'care', true);
    return [];
  });

export interface TransferInput extends PersonEvent {
  /** Id of the new centre. */
  readonly centre: string;
  /** Id of the new contract doctor; null for none. */
  readonly doctor: string | null;
}

/**
 * Another centre or contract doctor looks after the resident from now on, in every open journey.
 * @throws NotFound, Conflict when a journey refuses, or for somebody who has died, moved or was merged
 */
export async function transferResident(
  deps: StoreDeps,
  caller: Caller,
  input: TransferInput,
): Promise<FanOut[]> {
  return oncePerKey(deps, caller, 'transferred', input, async (client, idPrefix) => {
    mustBeActive(await lockResident(client, caller, input.resident));
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
        id: asEventId(`${idPrefix}/${id}`),
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
  /** Why they are one person. */
  readonly reason?: string;
}

/**
 * Two records are one person. The duplicate's journeys go over to the survivor; where the survivor is under way on
 * the same pathway already, the duplicate's journey ends as `merged`. If the duplicate says that the person has died, so
 * does the survivor from now on, and its journeys end: nobody writes to the dead. Nothing is deleted.
 * @returns what each open journey of either answered; empty when they were merged before under another key
 * @throws Conflict when the record that stays says died or moved, or when either was merged before
 */
export async function mergeResidents(deps: StoreDeps, caller: Caller, input: MergeInput): Promise<FanOut[]> {
  const { duplicate, survivor, idempotencyKey, reason } = input;
  if (duplicate === survivor)
    throw new Conflict(
      '不能与自己合并。A record cannot be merged with itself; name two different residents.',
    );
  const event = { resident: duplicate, survivor, idempotencyKey, ...(reason !== undefined && { reason }) };
  const because = `merged into ${survivor}${reason === undefined ? '' : `: ${reason}`}`;
  return oncePerKey(deps, caller, 'merged', event, async (client, idPrefix) => {
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
    mustBeActive(kept);
    const taken = new Set((await openJourneys(client, survivor)).map(({ pathway }) => pathway));
    const assignment: Assignment = {
      ...(await centrePlace(client, kept.centre)),
      ...(kept.doctor !== null && { doctor: kept.doctor }),
    };
    const by = actorOf(caller);
    const answers: FanOut[] = [];
    for (const { id, pathway } of await openJourneys(client, duplicate)) {
      const eventId = asEventId(`${idPrefix}/${id}`);
      const event: EventInput = taken.has(pathway)
        ? { kind: 'Ended', id: eventId, by, ending: 'merged', reason: because }
        : { kind: 'Transferred', id: eventId, by, assignment, reason: because };
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
    if (gone.status === 'died') {
      await setGone(client, kept, 'died');
      const death = { idPrefix: `${idPrefix}/died`, by, ending: 'died', reason: because } as const;
      answers.push(...(await endJourneys(deps, client, survivor, death)));
    }
    return answers;
  });
}
