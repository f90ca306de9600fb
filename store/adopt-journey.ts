import type pg from 'pg';
import type { JourneyId } from '../domain/model/ids.ts';
import type { JourneyState } from '../domain/model/state.ts';
import type { Dated } from '../domain/simulator/simulate.ts';
import { applyHistory, type History, type HistoryRefused } from '../domain/simulator/apply-history.ts';
import type { Definition } from '../domain/definition/definition.ts';
import type { WorkingCalendar } from '../domain/calendar/working-calendar.ts';
import { hashOf } from './advance-once.ts';
import { commitStatement } from './commit-statement.ts';
import type { StoreDeps } from './deps.ts';
import { Conflict, isDuplicate } from './errors.ts';
import { checkSchema } from './journey-row.ts';
import { rows, type Queryable } from './sql.ts';
import { inTransaction } from './transaction.ts';

/** A journey that was under way before it came here. */
export interface AdoptInput {
  /** Always the same for the same journey, so that a second run finds it. */
  readonly journey: JourneyId;
  /** Id of the resident. */
  readonly resident: string;
  readonly pathway: string;
  /** Version for a journey that is not here yet. */
  readonly version: number;
  /** Its whole dated history, in order, beginning with `Enrolled`; ids from their content. */
  readonly events: readonly Dated[];
  readonly now: number;
}

export type AdoptAnswer =
  | ({ readonly status: 'adopted' | 'extended' } & History)
  | { readonly status: 'unchanged'; readonly state: JourneyState }
  | ({ readonly status: 'refused' } & HistoryRefused);

interface Planned {
  readonly answer: AdoptAnswer;
  readonly definition: Definition;
  readonly calendar: WorkingCalendar;
}

async function plan(deps: StoreDeps, on: Queryable, input: AdoptInput, lock: boolean): Promise<Planned> {
  const [row] = await rows<{ state: JourneyState }>(
    on,
    lock ? 'adopt-lock' : 'adopt-read',
    `select state from journey where id = $1${lock ? ' for update' : ''}`,
    [input.journey],
  );
  if (row) checkSchema(row.state);
  const state = row?.state ?? null;
  const known = state ? await knownIds(on, input) : new Set<string>();
  const definition = await deps.definitions.get(input.pathway, state?.version ?? input.version, on);
  const calendar = await deps.calendar(on, districtOf(state, input));
  const fresh = input.events.filter(({ event }) => !known.has(event.id));
  if (state && fresh.length === 0) return { answer: { status: 'unchanged', state }, definition, calendar };
  if (!state) await mayBegin(on, input);
  const history = applyHistory(definition, input.journey, state, fresh, calendar, input.now);
  if (!('refusal' in history))
    return { answer: { status: state ? 'extended' : 'adopted', ...history }, definition, calendar };
  const refused = fresh[history.index];
  const index = refused ? input.events.indexOf(refused) : 0;
  return { answer: { status: 'refused', refusal: history.refusal, index }, definition, calendar };
}

/** @returns the district whose calendar counts: the journey's, or the one that its enrolment names */
function districtOf(state: JourneyState | null, { events }: AdoptInput): string | undefined {
  const first = events[0]?.event;
  return state?.assignment.district ?? (first?.kind === 'Enrolled' ? first.assignment.district : undefined);
}

/** Looks again at what the write will meet, so that a preview says the same. @throws Conflict */
async function mayBegin(on: Queryable, { resident, pathway }: AdoptInput): Promise<void> {
  const [row] = await rows<{ status: string; willing: boolean; open: string | null }>(
    on,
    'adopt-may-begin',
    `select status,
       coalesce(consent->>'care', '') <> 'false' and coalesce(consent->>$2, '') <> 'false' as willing, (select id from journey where resident_id = r.id and pathway = $2 and ended_at is null) as open
     from resident r where r.id = $1`,
    [resident, pathway],
  );
  if (row?.status !== 'active')
    throw new Conflict(
      `该居民的状态为“${row?.status ?? '–'}”。The resident is recorded as "${row?.status ?? '–'}".`,
    );
  if (!row.willing)
    throw new Conflict('该居民已表示不愿参加。The resident has opted out of this pathway, or of all.');
  if (row.open !== null) throw alreadyOpen(pathway, row.open);
}

const alreadyOpen = (pathway: string, journey = ''): Conflict =>
  new Conflict(
    `该居民已有进行中的 ${pathway} 旅程 ${journey}。The resident has an open ${pathway} journey already ${journey}.`,
  );

const knownIds = async (on: Queryable, { journey, events }: AdoptInput): Promise<Set<string>> => {
  const found = await rows<{ id: string }>(
    on,
    'adopt-known',
    'select event_id as id from journey_event where journey_id = $1 and event_id = any($2::text[])',
    [journey, events.map(({ event }) => event.id)],
  );
  return new Set(found.map(({ id }) => id));
};

/** @returns what {@link adoptJourney} would do; writes nothing */
export async function previewAdoption(deps: StoreDeps, input: AdoptInput): Promise<AdoptAnswer> {
  return (await plan(deps, deps.pool, input, false)).answer;
}

/**
 * Takes over a journey with its history, in one transaction; what of it is here already is left as it is, so that the
 * same history again changes nothing and a longer one adds what is new. Notices of the past are recorded as not sent.
 * @returns what became of it; a refusal writes nothing
 * @throws Conflict when the resident is under way on the pathway already, or is recorded as dead, moved or merged
 */
export async function adoptJourney(deps: StoreDeps, input: AdoptInput): Promise<AdoptAnswer> {
  try {
    return await inTransaction(deps.pool, async (client) => {
      const { answer, definition, calendar } = await plan(deps, client, input, true);
      if (answer.status === 'adopted' || answer.status === 'extended')
        await write(deps, client, input, answer, definition, calendar);
      return answer;
    });
  } catch (error) {
    if (!isDuplicate(error, 'journey_one_open_per_pathway')) throw error;
    throw alreadyOpen(input.pathway);
  }
}

async function write(
  deps: StoreDeps,
  client: pg.PoolClient,
  { journey, resident }: AdoptInput,
  { log }: History,
  definition: Definition,
  calendar: WorkingCalendar,
): Promise<void> {
  for (const { before, state, event, effects, quiet, at } of log) {
    const statement = commitStatement({
      journey,
      definition,
      before,
      after: state,
      effects,
      event,
      bodyHash: hashOf(event, { at }),
      release: deps.release,
      calendarVersion: calendar.version,
      resident,
      quiet,
    });
    const [written] = await rows(client, statement.name, statement.text, statement.values);
    if (!written)
      throw new Conflict(
        '该居民的记录刚刚变动，或不是在册状态。The record of the resident has just changed, or says died, moved or merged.',
      );
  }
}
