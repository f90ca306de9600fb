import { Command } from 'commander';
import { civilText } from '../../domain/calendar/civil-day.ts';
import { zoneClock } from '../../domain/calendar/zone-clock.ts';
import type { StoreDeps } from '../../store/deps.ts';
import { importResidents, type ImportCounts } from '../import/import-residents.ts';
import { progressOf } from '../import/progress.ts';
import { rejectsFile } from '../import/rejects-file.ts';
import { rejectsPath } from '../import/rejects-path.ts';
import { tellHeaders } from '../import/tell-headers.ts';
import { mustBePublished } from '../must-be-published.ts';
import { exitCodes, say, withStore } from '../run.ts';
import { alignedTable } from '../table.ts';

interface Options {
  readonly enrol?: string;
  readonly rejects?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

/** `yilu import residents.csv`. */
export const importCommand = (): Command =>
  new Command('import')
    .description('导入居民名单（CSV） / import residents from a CSV file')
    .argument('<file>', '中文或英文表头的 CSV，见 docs/import.md / CSV with Chinese or English heads')
    .option('--enrol <pathway>', '同时入组，例如 lung / also begin a journey, such as on lung')
    .option('--rejects <file>', '退回行写入此文件 / where rows that are not taken go')
    .option('--dry-run', '只检查，不写入 / check only, write nothing')
    .option('--json', '以 JSON 输出汇总 / print the counts as JSON')
    .action((file: string, options: Options) => withStore((store) => run(store, file, options)));

async function run(store: StoreDeps, file: string, options: Options): Promise<void> {
  if (options.enrol !== undefined) await mustBePublished(store, options.enrol);
  const { zone } = await store.calendar();
  const path = rejectsPath(file, '.csv', options.rejects);
  const counts = await importResidents(store, {
    path: file,
    rejects: (heads) => rejectsFile(path, heads),
    progress: ({ bytes }) => progressOf('导入 import', bytes),
    opened: (table) => {
      if (!options.json) tellHeaders(table);
    },
    dryRun: options.dryRun ?? false,
    today: civilText(zoneClock(zone).dayOf(Date.now())),
    ...(options.enrol !== undefined && { enrol: options.enrol }),
  });
  if (options.json) console.log(JSON.stringify(counts));
  else tell(counts, options, path);
  if (counts.rejected + counts.transferNeeded > 0) process.exitCode = exitCodes.notDone;
}

function tell(counts: ImportCounts, options: Options, rejects: string): void {
  const rows = [
    ['读取', 'read', String(counts.read)],
    ...(options.dryRun
      ? []
      : [
          ['新增', 'created', String(counts.created)],
          ['更新', 'changed', String(counts.changed)],
          ['未变', 'unchanged', String(counts.unchanged)],
        ]),
    ['退回', 'rejected', String(counts.rejected)],
    ...(counts.transferNeeded > 0 ? [['需办理转移', 'transfer needed', String(counts.transferNeeded)]] : []),
    ...(options.enrol !== undefined && !options.dryRun
      ? [
          ['入组', 'enrolled', String(counts.enrolled)],
          ['已在组', 'already enrolled', String(counts.alreadyEnrolled)],
        ]
      : []),
  ];
  console.log(alignedTable(rows));
  if (options.dryRun) say('只作检查，没有写入', 'checked only; nothing was written');
  if (counts.rejected + counts.transferNeeded > 0)
    say(
      `退回的行及原因在 ${rejects}；改正后可直接导入该文件`,
      `rejected rows and why are in ${rejects}; correct that file and import it`,
    );
}
