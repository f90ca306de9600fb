import { Command } from 'commander';
import type { StoreDeps } from '../../store/deps.ts';
import type { RejectsFile } from '../import/rejects-file.ts';
import { rejectsFile } from '../import/rejects-file.ts';
import { rejectsPath } from '../import/rejects-path.ts';
import type { SmallCounts } from '../import/small-table.ts';
import { exitCodes, say, withStore } from '../run.ts';
import { alignedTable } from '../table.ts';

type Importer = (
  store: StoreDeps,
  path: string,
  rejects: (heads: readonly string[]) => RejectsFile,
) => Promise<SmallCounts>;

/** The `import` below `yilu organisations` and `yilu staff`. */
export const smallImport = (importer: Importer, description: string): Command =>
  new Command('import')
    .description(description)
    .argument('<file>', '中文或英文表头的 CSV，见 docs/import.md / CSV with Chinese or English heads')
    .option('--rejects <file>', '退回行写入此文件 / where rows that are not taken go')
    .action((file: string, options: { readonly rejects?: string }) =>
      withStore(async (store) => {
        const path = rejectsPath(file, '.csv', options.rejects);
        const counts = await importer(store, file, (heads) => rejectsFile(path, heads));
        console.log(
          alignedTable([
            ['新增', 'created', String(counts.created)],
            ['更新', 'changed', String(counts.changed)],
            ['未变', 'unchanged', String(counts.unchanged)],
            ['退回', 'rejected', String(counts.rejected)],
          ]),
        );
        if (counts.rejected === 0) return;
        say(
          `退回的行及原因在 ${path}；改正后可直接导入该文件`,
          `rejected rows and why are in ${path}; correct that file and import it`,
        );
        process.exitCode = exitCodes.notDone;
      }),
    );
