import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { asJourneyId, type EventId, type JourneyId } from '../domain/model/ids.ts';
import type { Enrolled } from '../domain/model/event.ts';
import type { Facts } from '../domain/model/fact.ts';
import { isRefusal, type Refusal } from '../domain/model/refusal.ts';
import type { JourneyState } from '../domain/model/state.ts';
import { transition } from '../domain/transition/transition.ts';
import { actorOf } from './actor-of.ts';
import { waitMsOf } from './advance-once.ts';
import { bodyHash } from './canonical-json.ts';
import { maySee, type Caller } from './caller.ts';
import { databaseClock } from './clock.ts';
import { commitStatement } from './commit-statement.ts';
import type { StoreDeps } from './deps.ts';
import { Conflict, EventIdReused, isDuplicate, NotFound } from './errors.ts';
import { eventIdOf } from './event-input.ts';
import { checkSchema } from './journey-row.ts';
import type { LockedResident } from './lock-resident.ts';
import { mustBeActive } from './person-status.ts';
import { stateAfter } from './rebuild-state.ts';
import { rows } from './sql.ts';
import { withClient } from './transaction.ts';

export interface EnrolInput {
  /** Id of the resident. */
  readonly resident: string;
  readonly pathway: string;
  readonly facts?: Facts;
  /** The stage to start in, when not the first. */
  readonly stage?: string;
  /** With a stage: the instants that its deadlines are counted from, such as the operation. */
  readonly anchors?: Readonly<Record<string, number>>;
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
  readonly status: LockedResident['status'];
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
  readonly openDistrictId: string | null;
  readonly openHospitalId: string | null;
  readonly openCentreId: string | null;
  readonly state: JourneyState | null;
  /** Neither care as a whole nor this pathway was declined. */
  readonly willing: boolean;
  /** What this key was answered when the resident was under way already. */
  readonly answered: { readonly journey: JourneyId; readonly seq: number } | null;
  readonly answeredHash: string | null;
  readonly now: number;
}

const select = `
  select r.name, r.status, r.birth_date as "birthDate", r.sex, r.contract_doctor_id as "doctorId",
    r.centre_id as "centreId", c.parent_id as "districtId",
    coalesce(c.referral_hospital_id, (select h.id from organisation h
      where h.parent_id = c.parent_id and h.level = 'hospital' order by h.code limit 1)) as "hospitalId",
    (select max(version) from pathway_definition where pathway = $2) as version,
    k.journey_id as "knownJourney", k.seq as "knownSeq", k.body_hash as "knownHash",
    j.id as "openJourney", j.district_id as "openDistrictId", j.hospital_id as "openHospitalId",
    j.centre_id as "openCentreId", j.state,
    coalesce(r.consent->>'care', '') <> 'false' and coalesce(r.consent->>$2, '') <> 'false' as willing,
    p.answer as answered, p.body_hash as "answeredHash", clock_timestamp() as now
  from resident r join organisation c on c.id = r.centre_id
  left join journey_event k on k.event_id = $3
  left join person_event p on p.id = $3
  left join journey j on j.resident_id = r.id and j.pathway = $2 and j.ended_at is null
  where r.id = $1`;

const alreadyOpen = (
  journey: JourneyId,
  seq: number,
  state: JourneyState | null,
  now: number,
): EnrolAnswer => ({
  status: 'alreadyOpen',
  journey,
  seq,
  state,
  waitMs: state && waitMsOf(state, now),
  poke: false,
});

/** The resident is the caller's, and the journey may belong to a hospital that is not. @throws Conflict */
function mustSeeOpen(caller: Caller, { openDistrictId, openHospitalId, openCentreId }: ResidentRow): void {
  const [districtId, hospitalId, centreId] = [openDistrictId ?? '', openHospitalId ?? '', openCentreId ?? ''];
  if (maySee(caller, { districtId, hospitalId, centreId })) return;
  throw new Conflict(
    '该居民在此路径上已有进行中的旅程，不在您的权限范围内；请联系区协调员。The resident is under way on this pathway, with organisations beyond your reach; ask the district coordinator.',
  );
}

/** @returns null when the resident's record has changed since it was read */
async function enrolOnce(
  deps: StoreDeps,
  client: pg.PoolClient,
  caller: Caller,
  input: EnrolInput,
  id: EventId,
): Promise<EnrolAnswer | null> {
  const { resident, pathway, facts, stage, anchors, at: dated, quiet = false } = input;
  const [row] = await rows<ResidentRow>(client, 'enrol-read', select, [resident, pathway, id]);
  if (!row || row.districtId === null) throw new NotFound('resident', resident);
  const { districtId, hospitalId, centreId } = row;
  if (hospitalId === null)
    throw new Conflict(
      `该区没有医院，无法入组；请先登记医院。The district has no hospital; register one before enrolling residents.`,
    );
  if (!maySee(caller, { districtId, hospitalId, centreId })) throw new NotFound('resident', resident);
  const hash = bodyHash({
    resident,
    pathway,
    facts,
    stage,
    anchors,
    ...(dated !== undefined && { at: dated }),
  });
  const now = dated ?? (deps.clock === databaseClock ? row.now : await deps.clock.now(client));
  if (row.knownJourney !== null) {
    if (row.knownHash !== hash) throw new EventIdReused(id);
    const journey = asJourneyId(row.knownJourney);
    const state = await stateAfter(client, journey, row.knownSeq);
    const waitMs = state && waitMsOf(state, now);
    return { status: 'known', journey, seq: row.knownSeq ?? 1, state, waitMs, poke: false };
  }
  if (row.answered !== null) {
    if (row.answeredHash !== hash) throw new EventIdReused(id);
    const { journey, seq } = row.answered;
    return alreadyOpen(journey, seq, await stateAfter(client, journey, seq), now);
  }
  if (row.openJourney !== null && row.state !== null) {
    checkSchema(row.state);
    mustSeeOpen(caller, row);
    const { seq } = row.state;
    const journey = asJourneyId(row.openJourney);
    // Remembered, so that the same key is answered so for ever, also when that journey has ended meanwhile.
    const kept = await rows(
      client,
      'enrol-already-open',
      `insert into person_event (id, kind, body_hash, resident_id, answer) values ($1, 'enrol', $2, $3, $4::jsonb)
       on conflict (id) do nothing returning id`,
      [id, hash, resident, JSON.stringify({ journey, seq })],
    );
    return kept.length > 0 ? alreadyOpen(journey, seq, row.state, now) : null;
  }
  mustBeActive(row);
  if (!row.willing)
    throw new Conflict(
      '该居民已表示不愿参加，不能入组；如改变主意，请先登记居民事件 opted-in。The resident has opted out and is not enrolled; if they have changed their mind, record the event opted-in first.',
    );
  if (row.version === null) throw new NotFound('pathway', pathway);
  const definition = await deps.definitions.get(pathway, row.version, client);
  const calendar = await deps.calendar(client, districtId);
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
    ...(anchors && { anchors }),
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
 * @throws Conflict for a resident who has died, moved, was merged or opted out, EventIdReused, StoreUnavailable
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
