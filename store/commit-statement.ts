import { contactDetailsId, waitsForContactDetails } from '../domain/definition/contact-details.ts';
import type { Definition } from '../domain/definition/definition.ts';
import type { Effect } from '../domain/model/effect.ts';
import type { JourneyEvent } from '../domain/model/event.ts';
import { stepIdOf, type JourneyId } from '../domain/model/ids.ts';
import { diff } from '../domain/model/patch.ts';
import type { JourneyState } from '../domain/model/state.ts';
import { derivedChanges, effectRows, summaryOf } from './derived-rows.ts';
import { instant, instantOrNull } from './sql.ts';

/** One event, decided, and everything that has to be written for it. */
export interface Decided {
  readonly journey: JourneyId;
  readonly definition: Definition;
  /** Null for an enrolment. */
  readonly before: JourneyState | null;
  readonly after: JourneyState;
  readonly effects: readonly Effect[];
  readonly event: JourneyEvent;
  readonly bodyHash: string;
  readonly release: string;
  readonly calendarVersion: string;
  /** For an enrolment. */
  readonly resident?: string;
  readonly quiet: boolean;
}

export interface Statement {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Collects the parts of one statement; parts that a commit does not need cost nothing. */
class Parts {
  readonly values: unknown[] = [];
  readonly parts: string[] = [];
  name = 'commit';

  /** @returns the placeholder of a new parameter */
  readonly param = (value: unknown): string => `$${this.values.push(value)}`;

  add(name: string, text: string): void {
    // PostgreSQL knows a statement by 63 characters.
    this.name += `-${name.slice(0, 4)}`;
    this.parts.push(`${name} as (${text})`);
  }
}

const json = JSON.stringify;

const stepColumns = `step text, kind text, stage text, status text, owner_role text, owner_organisation_id uuid,
  owner_staff_id text, opened_at timestamptz, due_at timestamptz, wake_at timestamptz, cycle int, rung int,
  acknowledged_until timestamptz, provisional boolean, district_id uuid, hospital_id uuid, centre_id uuid`;
const referralColumns = `step text, from_organisation_id uuid, to_organisation_id uuid, status text,
  sent_at timestamptz, due_at timestamptz, answered_at timestamptz, reason text`;
const noticeColumns = `key text, step text, recipient_kind text, recipient_role text, recipient_id text,
  template text, parameters jsonb, urgent boolean, purpose text, expires_at timestamptz, asks text[], status text,
  due_at timestamptz`;
const workColumns = `id text, step text, provider text, request jsonb, status text`;

const names = (columns: string): string[] =>
  columns.split(',').map((column) => column.trim().split(' ')[0] ?? '');

function insert(table: string, columns: string, parameter: string): string {
  const list = names(columns);
  return `insert into ${table} (journey_id, ${list.join(', ')})
    select moved.id, ${list.map((name) => `r.${name}`).join(', ')}
    from moved, json_to_recordset(${parameter}::json) as r(${columns})`;
}

const replace = (columns: string): string =>
  names(columns)
    .filter((name) => name !== 'step')
    .map((name) => `${name} = excluded.${name}`)
    .join(', ');

function moveRow(p: Parts, decided: Decided, mustPoke: boolean): void {
  const { before, after } = decided;
  const summary = summaryOf(after);
  const next = `${p.param(instantOrNull(summary.nextDeadlineAt))}::timestamptz`;
  const set: [string, string][] = [
    ['state', `${p.param(json(after))}::json`],
    ['seq', p.param(after.seq)],
    ['version', p.param(summary.version)],
    ['stage', p.param(summary.stage)],
    ['last_at', p.param(instant(after.at))],
    ['next_deadline_at', next],
    ['next_owner_role', p.param(summary.nextOwnerRole)],
    ['next_owner_organisation_id', p.param(summary.nextOwnerOrganisation)],
    ['next_owner_staff_id', p.param(summary.nextOwnerStaff)],
    ['overdue_since', p.param(instantOrNull(summary.overdueSince))],
    ['paused_until', p.param(instantOrNull(summary.pausedUntil))],
    ['ended_at', p.param(instantOrNull(summary.endedAt))],
    ['ending', p.param(summary.ending)],
    ['district_id', p.param(after.assignment.district)],
    ['hospital_id', p.param(after.assignment.hospital)],
    ['centre_id', p.param(after.assignment.centre)],
    ['doctor_id', p.param(after.assignment.doctor ?? null)],
  ];
  if (!before) {
    // Whoever died, moved, opted out or changed centre since the resident was read is not enrolled by what was read.
    p.add(
      'person',
      `select id from resident where id = ${p.param(decided.resident)} and status = 'active'
         and coalesce(consent->>'care', '') <> 'false' and coalesce(consent->>${p.param(after.definition)}::text, '') <> 'false'
         and centre_id = ${p.param(after.assignment.centre)} for share`,
    );
    set.push(
      ['id', p.param(decided.journey)],
      ['resident_id', 'person.id'],
      ['pathway', p.param(after.definition)],
      ['enrolled_at', p.param(instant(after.at))],
      ['poke_seq', '1'],
      ['poke_raised_at', 'clock_timestamp()'],
    );
    p.add(
      'moved',
      `insert into journey (${set.map(([column]) => column).join(', ')})
       select ${set.map(([, value]) => value).join(', ')} from person
       returning id, poke_seq, true as poke`,
    );
    return;
  }
  // The rule of domain/clock/poke-rule.ts, on the row as it is at this moment: `armed_until` changes without an event.
  const poke = `(${p.param(mustPoke)}::boolean or (${next} is not null and (armed_until is null or ${next} < armed_until)))`;
  p.add(
    'moved',
    `update journey set ${set.map(([column, value]) => `${column} = ${value}`).join(', ')},
       poke_seq = poke_seq + ${poke}::int,
       poke_raised_at = case when ${poke} then clock_timestamp() else poke_raised_at end
     where id = ${p.param(decided.journey)} and seq = ${p.param(before.seq)}
     returning id, poke_seq, ${poke} as poke`,
  );
}

function appendEvent(p: Parts, { event, before, after, effects, ...decided }: Decided): void {
  const { by } = event;
  const actor = by.kind === 'staff' ? by.id : by.kind === 'outside' ? by.system : null;
  const happenedAt = 'happenedAt' in event && event.happenedAt !== undefined ? event.happenedAt : after.at;
  p.add(
    'logged',
    `insert into journey_event (journey_id, seq, event_id, kind, event, body_hash, patch, effects, at, happened_at,
       actor_kind, actor_id, program_release, calendar_version, definition_version)
     select id, ${p.param(after.seq)}::int, ${p.param(event.id)}, ${p.param(event.kind)}, ${p.param(json(event))}::json,
       ${p.param(decided.bodyHash)}, ${p.param(json(diff(before ?? {}, after)))}::json, ${p.param(json(effects))}::json,
       ${p.param(instant(after.at))}::timestamptz, ${p.param(instant(happenedAt))}::timestamptz,
       ${p.param(by.kind)}, ${p.param(actor)}, ${p.param(decided.release)}, ${p.param(decided.calendarVersion)},
       ${p.param(after.version)}::int
     from moved`,
  );
}

function finishWork(p: Parts, event: JourneyEvent, at: number): void {
  if (event.kind !== 'OutsideWorkFinished') return;
  const { status, ...result } = event.result;
  p.add(
    'finished_work',
    `update outside_work w set status = ${p.param(status)}, result = ${p.param(json(result))}::jsonb,
       finished_at = ${p.param(instant(at))}::timestamptz
     from moved where w.id = ${p.param(event.work)} and w.journey_id = moved.id`,
  );
}

/** Whoever says that the contact details are right now is believed: they are tried again, changed or not. */
function forgetBadAddresses(p: Parts, event: JourneyEvent): void {
  if (event.kind !== 'OutcomeRecorded' || event.outcome !== 'corrected') return;
  if (stepIdOf(event.step) !== contactDetailsId) return;
  p.add(
    'forgotten',
    `delete from bad_address b using moved, journey j where j.id = moved.id and b.resident_id = j.resident_id`,
  );
}

/** The task ends with its journey, and the address is as bad as before: another journey of the person gets it. */
function handOnBadAddresses(p: Parts, at: number): void {
  p.add(
    'handed_on',
    `update bad_address b set raise_at = ${p.param(instant(at))}::timestamptz from moved, journey j
     where j.id = moved.id and b.resident_id = j.resident_id and b.journey_id = moved.id and b.raise_at is null`,
  );
}

/**
 * @returns one statement that writes everything about one event, or nothing at all when the row has moved on since
 *   it was read (compare on `seq`); it answers `{ poke, poke_seq }`, or no row
 */
export function commitStatement(decided: Decided): Statement {
  const { before, after, effects, definition, event, quiet } = decided;
  const p = new Parts();
  const derived = derivedChanges(definition, before, after);
  const rows = effectRows(effects, after.at, quiet);
  const endedOrBegun = Boolean(before?.ending) !== Boolean(after.ending);
  const outsideWork = rows.work.some((row) => row['status'] === 'requested');
  moveRow(p, decided, endedOrBegun || outsideWork);
  appendEvent(p, decided);
  if (derived.steps.length > 0)
    p.add(
      'steps',
      `${insert('open_step', stepColumns, p.param(json(derived.steps)))}
       on conflict (journey_id, step) do update set ${replace(stepColumns)}`,
    );
  if (derived.goneSteps.length > 0)
    p.add(
      'gone_steps',
      `delete from open_step o using moved where o.journey_id = moved.id and o.step = any(${p.param(derived.goneSteps)}::text[])`,
    );
  if (derived.referrals.length > 0)
    p.add(
      'referrals',
      `${insert('referral', referralColumns, p.param(json(derived.referrals)))}
       on conflict (journey_id, step) do update set ${replace(referralColumns)}`,
    );
  // An ended journey tells nobody anything more: a message to somebody who has died must not wait in the queue.
  const ends = Boolean(after.ending) && !before?.ending;
  const withdraw = (name: string, which: string): void =>
    p.add(
      name,
      `update notice n set status = 'superseded', finished_at = clock_timestamp() from moved
       where n.journey_id = moved.id and n.status in ('queued', 'held') ${which}`,
    );
  if (ends) withdraw('all_superseded', '');
  else if (rows.supersededSteps.length > 0 || rows.supersededToResident.length > 0)
    withdraw(
      'superseded',
      `and (n.step = any(${p.param(rows.supersededSteps)}::text[])
         or (n.recipient_kind = 'resident' and n.step = any(${p.param(rows.supersededToResident)}::text[])))`,
    );
  if (rows.notices.length > 0)
    p.add(
      'notices',
      `${insert('notice', noticeColumns, p.param(json(rows.notices)))} on conflict (key) do nothing`,
    );
  if (rows.work.length > 0)
    p.add(
      'work',
      `${insert('outside_work', workColumns, p.param(json(rows.work)))} on conflict (id) do nothing`,
    );
  finishWork(p, event, after.at);
  forgetBadAddresses(p, event);
  if (ends && before && waitsForContactDetails(before)) handOnBadAddresses(p, after.at);
  return {
    name: before ? p.name : `enrol-${p.name}`,
    text: `with ${p.parts.join(',\n')}\nselect poke, poke_seq from moved`,
    values: p.values,
  };
}
