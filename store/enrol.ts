import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { asJourneyId, type EventId, type JourneyId } from '../domain/model/ids.ts';
import type { Enrolled } from '../domain/model/event.ts';
import type { Facts } from '../domain/model/fact.ts';
import { isRefusal, type Refusal } from '../domain/model/refusal.ts';
import type { JourneyState } from '../domain/model/state.ts';
import { transition } from '../domain/transition/transition.ts';
import { actorOf } from './actor-of.ts';
import { waitMsOf } from './advance.ts';
import { bodyHash } from './canonical-json.ts';
import { maySee, type Caller } from './caller.ts';
import { databaseClock } from './clock.ts';
import { commitStatement } from './commit-statement.ts';
import type { StoreDeps } from './deps.ts';
import { Conflict, EventIdReused, isDuplicate, NotFound } from './errors.ts';
import { eventIdOf } from './event-input.ts';
import { checkSchema } from './journey-row.ts';
import { stateAfter } from './rebuild-state.ts';
import { rows } from './sql.ts';
import { withClient } from './transaction.ts';

export interface EnrolInput {
  /** Id of the resident. */
  readonly resident: string;
  readonly pathway: string;
  readonly facts?: Facts;
  /** Adoption: the stage to start in, when not the first. */
  readonly stage?: string;
  /** Unique for the caller; the same again answers as before. */
  readonly idempotencyKey: string;
  /** Adoption: when the journey began, UTC epoch milliseconds. */
  readonly at?: number;
  /** Adoption: nobody is told of what lies in the past. */
  readonly quiet?: boolean;
}

export interface EnrolAnswer {
  /** `alreadyOpen`: the resident has an open journey on this pathway, which is the one answered. */
  readonly status: 'committed' | 'known' | 'alreadyOpen' | 'refused';
  /** Null after a refusal. */
  readonly journey: JourneyId | null;
  readonly seq: number;
  readonly state: JourneyState | null;
  readonly waitMs: number | null;
  readonly poke: boolean;
  readonly refusal?: Refusal;
}

/** The record changes under an enrolment at most now and then. */
const attempts = 4;

interface ResidentRow {
  readonly name: string;
  readonly status: string;
  readonly birthDate: string;
  readonly sex: 'male' | 'female';
  readonly doctorId: string | null;
  readonly centreId: string;
  readonly districtId: string | null;
  readonly hospitalId: string | null;
  readonly version: number | null;
  readonly knownJourney: string | null;
  readonly knownSeq: number | null;
  readonly knownHash: string | null;
  readonly openJourney: string | null;
  readonly state: JourneyState | null;
  readonly now: number;
}

const select = `
  select r.name, r.status, r.birth_date as "birthDate", r.sex, r.contract_doctor_id as "doctorId",
    r.centre_id as "centreId", c.parent_id as "districtId",
    coalesce(c.referral_hospital_id, (select h.id from organisation h
      where h.parent_id = c.parent_id and h.level = 'hospital' order by h.code limit 1)) as "hospitalId",
    (select max(version) from pathway_definition where pathway = $2) as version,
    k.journey_id as "knownJourney", k.seq as "knownSeq", k.body_hash as "knownHash",
    j.id as "openJourney", j.state, clock_timestamp() as now
  from resident r join organisation c on c.id = r.centre_id
  left join journey_event k on k.event_id = $3
  left join journey j on j.resident_id = r.id and j.pathway = $2 and j.ended_at is null
  where r.id = $1`;

/** @returns null when the resident's record has changed since it was read */
async function enrolOnce(
  deps: StoreDeps,
  client: pg.PoolClient,
  caller: Caller,
  input: EnrolInput,
  id: EventId,
): Promise<EnrolAnswer | null> {
  const { resident, pathway, facts, stage, at: dated, quiet = false } = input;
  const [row] = await rows<ResidentRow>(client, 'enrol-read', select, [resident, pathway, id]);
  if (!row || row.districtId === null) throw new NotFound('resident', resident);
  const { districtId, hospitalId, centreId } = row;
  if (hospitalId === null)
    throw new Conflict(
      `该区没有医院，无法入组；请先登记医院。The district has no hospital; register one before enrolling residents.`,
    );
  if (!maySee(caller, { districtId, hospitalId, centreId })) throw new NotFound('resident', resident);
  const hash = bodyHash({ resident, pathway, facts, stage, ...(dated !== undefined && { at: dated }) });
  const now = dated ?? (deps.clock === databaseClock ? row.now : await deps.clock.now(client));
  if (row.knownJourney !== null) {
    if (row.knownHash !== hash) throw new EventIdReused(id);
    const journey = asJourneyId(row.knownJourney);
    const state = await stateAfter(client, journey, row.knownSeq);
    const waitMs = state && waitMsOf(state, now);
    return { status: 'known', journey, seq: row.knownSeq ?? 1, state, waitMs, poke: false };
  }
  if (row.openJourney !== null && row.state !== null) {
    checkSchema(row.state);
    const { seq } = row.state;
    const journey = asJourneyId(row.openJourney);
    return {
      status: 'alreadyOpen',
      journey,
      seq,
      state: row.state,
      waitMs: waitMsOf(row.state, now),
      poke: false,
    };
  }
  if (row.status !== 'active')
    throw new Conflict(
      `该居民的状态为“${row.status}”，不能入组。The resident is recorded as "${row.status}" and cannot be enrolled.`,
    );
  if (row.version === null) throw new NotFound('pathway', pathway);
  const definition = await deps.definitions.get(pathway, row.version, client);
  const calendar = await deps.calendar(client);
  const journey = asJourneyId(randomUUID());
  const event: Enrolled = {
    kind: 'Enrolled',
    id,
    by: actorOf(caller),
    resident: { birthDate: row.birthDate, sex: row.sex },
    assignment: {
      district: districtId,
      hospital: hospitalId,
      centre: centreId,
      ...(row.doctorId !== null && { doctor: row.doctorId }),
    },
    ...(facts && { facts }),
    ...(stage !== undefined && { stage }),
  };
  const answer = transition(definition, null, event, now, calendar, journey);
  if (isRefusal(answer))
    return {
      status: 'refused',
      journey: null,
      seq: 0,
      state: null,
      waitMs: null,
      poke: false,
      refusal: answer,
    };
  const statement = commitStatement({
    journey,
    definition,
    before: null,
    after: answer.state,
    effects: answer.effects,
    event,
    bodyHash: hash,
    release: deps.release,
    calendarVersion: calendar.version,
    resident,
    quiet,
  });
  const written = await rows(client, statement.name, statement.text, statement.values);
  if (written.length === 0) return null;
  const { state } = answer;
  return { status: 'committed', journey, seq: state.seq, state, waitMs: waitMsOf(state, now), poke: true };
}

/**
 * Starts a journey on the newest version of a pathway; its organisations and doctor come from the resident.
 * One open journey per resident and pathway: asked again, it answers the one that is open.
 *
 * @throws NotFound for a resident that the caller may not see or a pathway that was never published
 * @throws Conflict for a resident who has died, moved or was merged, EventIdReused, StoreUnavailable
 */
export async function enrol(deps: StoreDeps, caller: Caller, input: EnrolInput): Promise<EnrolAnswer> {
  const id = eventIdOf(`staff/${caller.staff}`, input.idempotencyKey);
  return withClient(deps.pool, async (client) => {
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      try {
        const answer = await enrolOnce(deps, client, caller, input, id);
        if (answer) return answer;
      } catch (error) {
        // Somebody else enrolled the resident at the same moment: the next look finds their journey.
        if (!isDuplicate(error)) throw error;
      }
    }
    throw new Conflict(
      '该居民的记录正在变动，请稍后重试。The record of this resident is changing just now; try again shortly.',
    );
  });
}
