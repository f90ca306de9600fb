import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAndCheck } from '../../authoring/read-definition.ts';
import { PlainError } from '../../local/plain-error.ts';
import { publishDefinition, showDefinition } from '../../store/definitions.ts';
import { beginDemonstration, finishDemonstration } from '../../store/demonstration.ts';
import type { StoreDeps } from '../../store/deps.ts';
import { withClient } from '../../store/transaction.ts';
import { adopt } from '../adopt/adopt.ts';
import type { NumberedLine } from '../adopt/line.ts';
import { emptyTally, type Tally } from '../adopt/tally.ts';
import { importOrganisations } from '../import/import-organisations.ts';
import { importResidents, type ImportCounts } from '../import/import-residents.ts';
import { importStaff } from '../import/import-staff.ts';
import { rejectsFile } from '../import/rejects-file.ts';
import { demonstrationHistories, historyCount } from './histories.ts';
import { setDemonstrationRules } from './messaging.ts';
import { setDemonstrationPools } from './slots.ts';
import { demonstrationResidents, organisationsFile, residentsFile, staffFile } from './people.ts';

const pathway = 'lung';
/** Journeys that are made and written before the next are made. */
const batchSize = 20;

export interface LoadedDemonstration {
  readonly date: string;
  readonly residents: ImportCounts;
  readonly tally: Tally;
}

/**
 * Loads the demonstration district by the same ways as a real one: files of organisations, staff and residents, and
 * histories to adopt. What is there already is left as it is, so that an interrupted load goes on.
 * @param date `YYYY-MM-DD`, today in the district
 * @returns what was loaded; null when it was loaded before
 */
export async function loadDemonstration(
  store: StoreDeps,
  today: string,
  onProgress: (done: number, total: number) => void,
): Promise<LoadedDemonstration | null> {
  const { date, loaded } = await beginDemonstration(store, today);
  if (loaded) return null;
  const people = demonstrationResidents(date);
  const residents = await importFiles(store, residentsFile(people), date);
  await setDemonstrationRules(store);
  await setDemonstrationPools(store, date);
  if (!(await showDefinition(store, pathway))) await publishLung(store);
  const newest = await showDefinition(store, pathway);
  if (!newest)
    throw new PlainError(
      `路径“${pathway}”没有发布，无法载入演示数据。`,
      `The pathway "${pathway}" is not published; the demonstration cannot be loaded.`,
    );
  const definition = await store.definitions.get(pathway, newest.version);
  const calendar = await store.calendar();
  const total = historyCount(definition);
  const tally = emptyTally();
  let done = 0;
  let batch: NumberedLine[][] = [];
  const write = async (): Promise<void> => {
    const now = await withClient(store.pool, (client) => store.clock.now(client));
    const { tally: more, rejected } = await adopt(store, batch.flat(), { write: true, now });
    const first = rejected[0];
    if (first)
      throw new Error(`the demonstration does not fit its pathway: line ${first.line}: ${first.reason.en}`);
    for (const name of ['adopted', 'extended', 'unchanged', 'ended', 'events', 'overdue', 'told'] as const)
      tally[name] += more[name];
    done += batch.length;
    batch = [];
    onProgress(done, total);
  };
  for (const lines of demonstrationHistories(definition, calendar, people, date)) {
    batch.push(lines);
    if (batch.length === batchSize) await write();
  }
  if (batch.length > 0) await write();
  await finishDemonstration(store);
  return { date, residents, tally };
}

/** The services publish it when they start; here nothing may have started yet. */
async function publishLung(store: StoreDeps): Promise<void> {
  const file = new URL(`../../definitions/${pathway}.yaml`, import.meta.url);
  const { source } = readAndCheck(await readFile(file, 'utf8'), { file: `definitions/${pathway}.yaml` });
  if (source) await publishDefinition(store, source, `release/${store.release}`);
}

async function importFiles(store: StoreDeps, residents: string, today: string): Promise<ImportCounts> {
  const folder = await mkdtemp(join(tmpdir(), 'yilu-demonstration-'));
  try {
    const file = async (name: string, content: string): Promise<string> => {
      const path = join(folder, name);
      await writeFile(path, content);
      return path;
    };
    const rejects = (heads: readonly string[]) => rejectsFile(join(folder, 'rejects.csv'), heads);
    const organisations = await importOrganisations(
      store,
      await file('organisations.csv', organisationsFile()),
      rejects,
    );
    const staff = await importStaff(store, await file('staff.csv', staffFile()), rejects);
    const counts = await importResidents(store, {
      path: await file('residents.csv', residents),
      rejects,
      progress: () => ({ at: () => undefined, stop: () => undefined }),
      dryRun: false,
      today,
    });
    const rejected = organisations.rejected + staff.rejected + counts.rejected;
    if (rejected > 0) throw new Error(`${rejected} rows of the demonstration's own files were rejected`);
    return counts;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
