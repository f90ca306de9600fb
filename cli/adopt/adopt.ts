import type { Localized } from '../../domain/model/localized.ts';
import { adoptJourney, previewAdoption, type AdoptAnswer } from '../../store/adopt-journey.ts';
import { adoptees, type Adoptee } from '../../store/adoptees.ts';
import { listDefinitions } from '../../store/definitions.ts';
import type { StoreDeps } from '../../store/deps.ts';
import { Conflict } from '../../store/errors.ts';
import { residentDied, residentMoved } from '../../store/person-events.ts';
import { allStaff } from '../../store/staff.ts';
import { politely } from '../../worker/politely.ts';
import { programCaller } from '../program-caller.ts';
import { eventsOf, groupLines, UnknownStaff, type AdoptionRecord, type JourneyLines } from './group-lines.ts';
import type { NumberedLine } from './line.ts';
import { count, emptyTally, inOrder, type Tally } from './tally.ts';

/** A journey that was not taken: nothing of it is written. */
export interface RejectedJourney {
  readonly lines: readonly NumberedLine[];
  /** Number of the line that is at fault. */
  readonly line: number;
  readonly reason: Localized;
}

export interface AdoptOptions {
  /** Write, or only say what would be written. */
  readonly write: boolean;
  /** From which on time is the living system's: UTC epoch milliseconds. */
  readonly now: number;
  readonly onProgress?: (journeys: number) => void;
  readonly signal?: AbortSignal;
}

export interface Adoption {
  readonly tally: Tally;
  readonly rejected: readonly RejectedJourney[];
}

/** Journeys whose people are looked up together. */
const batchSize = 200;

/**
 * Takes over journeys that are already under way, each in one transaction; the same lines again change nothing.
 * Background work: one transaction at a time, and pauses in proportion.
 * Memory holds the lines; a file too large for that is cut by centre.
 * @returns what was, or would be, done, and what was not taken and why
 */
export async function adopt(
  store: StoreDeps,
  lines: readonly NumberedLine[],
  options: AdoptOptions,
): Promise<Adoption> {
  const { zone } = await store.calendar();
  const { people, orphans } = groupLines(lines, zone);
  const record: AdoptionRecord = {
    zone,
    staff: new Map((await allStaff(store)).map((member) => [member.code, member])),
  };
  const versions = new Map<string, number>();
  for (const { pathway, version } of await listDefinitions(store))
    versions.set(pathway, Math.max(version, versions.get(pathway) ?? 0));
  const turn = politely(options.signal ? { signal: options.signal } : {});
  const tally = emptyTally();
  const rejected: RejectedJourney[] = orphans.map((one) => ({
    lines: [one],
    line: one.number,
    reason: {
      zh: '此前没有该居民在该路径上的 enrolled 行',
      en: 'no line of kind "enrolled" of this resident on this pathway comes before it',
    },
  }));
  tally.rejected += orphans.length;
  const reject = (lines: readonly NumberedLine[], at: number, reason: Localized): void => {
    tally.rejected += 1;
    rejected.push({ lines, line: lines[at]?.number ?? 0, reason });
  };
  const gone = new Map<string, { adoptee: Adoptee; kind: 'died' | 'moved'; happenedAt: number }>();

  /** @returns true when the journey goes on: the person cannot begin another */
  const one = async (journey: JourneyLines, adoptee: Adoptee | undefined): Promise<boolean> => {
    const version = versions.get(journey.pathway);
    const obstacle = obstacleOf(journey, adoptee, version);
    if (obstacle || !adoptee || version === undefined) {
      reject(journey.lines, 0, obstacle ?? { zh: '', en: '' });
      return false;
    }
    let answer: AdoptAnswer;
    try {
      const input = {
        journey: journey.journey,
        resident: adoptee.id,
        pathway: journey.pathway,
        version,
        events: eventsOf(journey, adoptee, record),
        now: options.now,
      };
      answer = options.write
        ? await turn(() => adoptJourney(store, input))
        : await previewAdoption(store, input);
    } catch (error) {
      if (!(error instanceof Conflict) && !(error instanceof UnknownStaff)) throw error;
      reject(journey.lines, error instanceof UnknownStaff ? error.index : 0, {
        zh: error.message,
        en: error.message,
      });
      return false;
    }
    if (answer.status === 'refused') {
      reject(journey.lines, answer.index, answer.refusal.message);
      return false;
    }
    count(tally, answer, options.now);
    const { ending } = answer.state;
    if (ending?.kind === 'died' || ending?.kind === 'moved')
      gone.set(adoptee.id, { adoptee, kind: ending.kind, happenedAt: ending.happenedAt });
    return !ending;
  };

  let done = 0;
  for (let from = 0; from < people.length && !options.signal?.aborted; from += batchSize) {
    const batch = people.slice(from, from + batchSize);
    const known = await adoptees(store, [...new Set(batch.map(([first]) => first?.identityNumber ?? ''))]);
    for (const journeys of batch) {
      let open = false;
      for (const journey of journeys) {
        if (options.signal?.aborted) break;
        if (open) reject(journey.lines, 0, stillOpen);
        else open = await one(journey, known.get(journey.identityNumber));
        options.onProgress?.((done += 1));
      }
    }
  }
  if (options.write) for (const person of gone.values()) await tellOfPerson(store, person);
  return { tally: inOrder(tally), rejected };
}

const stillOpen: Localized = {
  zh: '该居民在此路径上的上一个旅程尚未结束，不能再次入组',
  en: 'the journey of this resident on this pathway has not ended; a second one cannot begin',
};

/** @returns why a journey cannot be taken at all */
function obstacleOf(
  { pathway }: JourneyLines,
  adoptee: Adoptee | undefined,
  version: number | undefined,
): Localized | undefined {
  if (!adoptee)
    return {
      zh: '该身份证号的居民未登记；请先用 yilu import 导入',
      en: 'no resident with this identity number is registered; import the residents first with yilu import',
    };
  if (!adoptee.assignment)
    return { zh: '该居民所在区没有医院', en: 'the district of this resident has no hospital' };
  if (version === undefined)
    return { zh: `路径“${pathway}”尚未发布`, en: `the pathway "${pathway}" is not published` };
  return undefined;
}

/** Who died or moved did so in every journey: the record of the person says it too. */
async function tellOfPerson(
  store: StoreDeps,
  { adoptee, kind, happenedAt }: { adoptee: Adoptee; kind: 'died' | 'moved'; happenedAt: number },
): Promise<void> {
  if (adoptee.status !== 'active' || !adoptee.assignment) return;
  const caller = programCaller('adopt', adoptee.assignment.district);
  const event = { resident: adoptee.id, happenedAt, idempotencyKey: `${kind}/${adoptee.id}/${happenedAt}` };
  await (kind === 'died' ? residentDied : residentMoved)(store, caller, event);
}
