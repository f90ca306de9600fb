import type { StoreDeps } from '../../store/deps.ts';
import { enrol } from '../../store/enrol.ts';
import { Conflict, NotFound } from '../../store/errors.ts';
import { allOrganisations } from '../../store/organisations.ts';
import { allStaff } from '../../store/staff.ts';
import { upsertResidents, type ResidentInput } from '../../store/upsert-residents.ts';
import { politely } from '../../worker/politely.ts';
import { keepMemorySteady } from '../../worker/steady-memory.ts';
import { programCaller } from '../program-caller.ts';
import { DoctorFinder, OrganisationFinder } from './places.ts';
import type { Progress } from './progress.ts';
import { openTable, type Table, type TableRow } from './read-table.ts';
import type { RejectsFile } from './rejects-file.ts';
import { residentColumns, residentReader } from './resident-row.ts';
import type { RowProblem } from './row-problem.ts';
import { SeenPeople } from './seen-people.ts';

export interface ImportCounts {
  read: number;
  created: number;
  changed: number;
  unchanged: number;
  rejected: number;
  /** Another centre or doctor than the record, with a journey under way: to be moved by `residents transfer`. */
  transferNeeded: number;
  enrolled: number;
  alreadyEnrolled: number;
}

export interface ImportOptions {
  readonly path: string;
  readonly rejects: (heads: readonly string[]) => RejectsFile;
  readonly progress: (table: Table) => Progress;
  /** Told once, before the first row. */
  readonly opened?: (table: Table) => void;
  /** Pathway on which every resident of the file is enrolled. */
  readonly enrol?: string;
  readonly dryRun: boolean;
  /** `YYYY-MM-DD` */
  readonly today: string;
}

/** Rows in one statement; large enough that PostgreSQL, and not the round trip, sets the pace. */
const batchSize = 2_000;
/** Batches being written while the next is read. */
const writesAtOnce = 2;
/** With enrolment the file is background work for hours, and no statement of it may be long. */
const batchSizeWhenEnrolling = 200;

interface Checked {
  readonly row: TableRow;
  readonly resident: ResidentInput;
}

/**
 * Reads a file of residents, checks every row and writes those that are new or have changed, a batch at a time; what
 * was written stays, so that after an interruption the same command goes on. Memory does not grow with the file, but
 * for some bytes for each person, to find those who come twice. With enrolment it is background work: one transaction at a
 * time, and pauses in proportion; the clocks of the journeys are set by the relay, whose order knows what is urgent.
 * @throws PlainError when the file is not a table of residents, StoreUnavailable
 */
export async function importResidents(store: StoreDeps, options: ImportOptions): Promise<ImportCounts> {
  let bytes = 0;
  const table = await openTable(options.path, residentColumns, (count) => (bytes += count));
  options.opened?.(table);
  const known = await allOrganisations(store);
  const organisations = new OrganisationFinder(known);
  const doctors = new DoctorFinder(await allStaff(store), organisations);
  const read = residentReader(table.headers.at, organisations, doctors, options.today);
  const rejects = options.rejects(table.heads);
  const progress = options.progress(table);
  const people = new SeenPeople();
  const counts: ImportCounts = {
    read: 0,
    created: 0,
    changed: 0,
    unchanged: 0,
    rejected: 0,
    transferNeeded: 0,
    enrolled: 0,
    alreadyEnrolled: 0,
  };
  const reject = async (row: TableRow, problems: readonly RowProblem[]): Promise<void> => {
    counts.rejected += 1;
    await rejects.add(row, problems);
  };

  const check = async (batch: readonly TableRow[]): Promise<Checked[]> => {
    const good: Checked[] = [];
    for (const row of batch) {
      counts.read += 1;
      const answer = read(row.cells);
      if ('problems' in answer) {
        await reject(row, answer.problems);
        continue;
      }
      const before = people.seen(answer.resident.identityNumber, row.row);
      if (before === undefined) good.push({ row, resident: answer.resident });
      else await reject(row, [sameAs(before)]);
    }
    return good;
  };

  const pathway = options.enrol;
  const turn = politely();
  if (pathway !== undefined) keepMemorySteady();

  const write = async (good: readonly Checked[]): Promise<void> => {
    const people = good.map(({ resident }) => resident);
    const written = await (pathway === undefined
      ? upsertResidents(store, people)
      : turn(() => upsertResidents(store, people)));
    for (const [i, { change, transferNeeded }] of written.entries()) {
      counts[change] += 1;
      const row = good[i]?.row;
      if (!transferNeeded || !row) continue;
      counts.transferNeeded += 1;
      await rejects.add(row, [needsTransfer]);
    }
    if (pathway === undefined) return;
    for (const [i, { id }] of written.entries()) {
      const one = good[i];
      const district = organisations.byId(one?.resident.centre ?? null)?.parent;
      if (!one || district === null || district === undefined) continue;
      const problem = await turn(() => enrolOne(store, district, id, pathway, counts));
      if (problem) await reject(one.row, [problem]);
      progress.at(bytes, noteOf(counts));
    }
  };

  const writing = new Set<Promise<void>>();
  try {
    for await (const batch of table.batches(pathway === undefined ? batchSize : batchSizeWhenEnrolling)) {
      const good = await check(batch);
      if (!options.dryRun && good.length > 0) {
        const task = write(good);
        writing.add(task);
        task.then(
          () => writing.delete(task),
          // Kept in the set: whoever waits next is told.
          () => undefined,
        );
        if (writing.size >= (pathway === undefined ? writesAtOnce : 1)) await Promise.race(writing);
      }
      progress.at(bytes, noteOf(counts));
    }
    await Promise.all(writing);
  } finally {
    await Promise.allSettled(writing);
    progress.stop();
    await rejects.close();
  }
  return counts;
}

async function enrolOne(
  store: StoreDeps,
  district: string,
  resident: string,
  pathway: string,
  counts: ImportCounts,
): Promise<RowProblem | undefined> {
  const field = { zh: '入组', en: 'enrolment' };
  try {
    const answer = await enrol(store, programCaller('import', district), {
      resident,
      pathway,
      idempotencyKey: `${pathway}/${resident}`,
    });
    if (answer.status === 'refused' && answer.refusal) return { field, reason: answer.refusal.message };
    if (answer.status === 'committed') counts.enrolled += 1;
    else counts.alreadyEnrolled += 1;
    return undefined;
  } catch (error) {
    if (error instanceof NotFound && error.what === 'pathway') throw error;
    if (error instanceof Conflict || error instanceof NotFound)
      return { field, reason: { zh: error.message, en: error.message } };
    throw error;
  }
}

const noteOf = ({ read, rejected, enrolled }: ImportCounts): string =>
  `${read} 行 rows，${rejected} 退回 rejected${enrolled > 0 ? `，${enrolled} 入组 enrolled` : ''}`;

const sameAs = (row: number): RowProblem => ({
  field: residentColumns.identityNumber.title,
  reason: {
    zh: `与第 ${row} 行是同一身份证号；请只留一行`,
    en: `the same identity number as in row ${row}; keep one of the two`,
  },
});

const needsTransfer: RowProblem = {
  field: residentColumns.centre.title,
  reason: {
    zh: '社区中心或签约医生与档案不同，而该居民有进行中的旅程；其余各项已更新，换中心请用 yilu residents transfer',
    en: 'centre or doctor differ from the record of a resident with a journey under way; the rest was updated; to move the resident use yilu residents transfer',
  },
};
