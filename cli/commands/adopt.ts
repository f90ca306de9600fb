import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { PlainError } from '../../local/plain-error.ts';
import type { StoreDeps } from '../../store/deps.ts';
import { withClient } from '../../store/transaction.ts';
import { agreed } from '../agreed.ts';
import { adopt, type Adoption } from '../adopt/adopt.ts';
import type { NumberedLine } from '../adopt/line.ts';
import { readLines } from '../adopt/read-lines.ts';
import { tellRejected, tellTally } from '../adopt/tell-tally.ts';
import { progressOf } from '../import/progress.ts';
import { rejectsPath } from '../import/rejects-path.ts';
import { exitCodes, say, withStore } from '../run.ts';

interface Options {
  readonly preview?: true;
  readonly yes?: true;
  readonly rejects?: string;
  readonly json?: true;
}

/** `yilu adopt events.jsonl`: journeys already under way enter with their dated history. */
export const adoptCommand = (): Command =>
  new Command('adopt')
    .description('接收已在进行中的旅程（历史事件，JSON Lines） / take over journeys already under way')
    .argument('<file>', '每行一个事件，见 docs/import.md / one event a line')
    .option('--preview', '只说明将会怎样，不写入 / say what would happen, write nothing')
    .option('--yes', '不询问，直接写入 / write without asking')
    .option('--rejects <file>', '退回的行写入此文件 / where lines that are not taken go')
    .option('--json', '以 JSON 输出汇总 / print the counts as JSON')
    .action((file: string, options: Options) => withStore((store) => run(store, file, options)));

async function run(store: StoreDeps, file: string, options: Options): Promise<void> {
  if (!options.preview && !options.yes && !process.stdin.isTTY)
    throw new PlainError(
      '这里无法询问是否写入：先用 --preview 查看，再加 --yes 写入。',
      'There is nobody to ask here: look with --preview first, then write with --yes.',
    );
  const path = rejectsPath(file, '.jsonl', options.rejects);
  const { zone } = await store.calendar();
  const now = await withClient(store.pool, (client) => store.clock.now(client));
  const { lines, unreadable } = await readLines(file, zone);
  // A journey with a hole in its history is not taken: the line that cannot be read may be part of any.
  if (unreadable.length > 0) {
    tellRejected(unreadable);
    throw new PlainError(
      `${file} 有 ${unreadable.length} 行无法读取，请改正后再来；没有写入。`,
      `${file} has ${unreadable.length} lines that cannot be read; correct them first. Nothing was written.`,
    );
  }
  const go = async (write: boolean): Promise<Adoption> => {
    const progress = progressOf(write ? '写入 adopt' : '预览 preview', lines.length);
    try {
      return await adopt(store, lines, {
        write,
        now,
        onProgress: (journeys) => progress.at(journeys, `${journeys} 个旅程 journeys`),
      });
    } finally {
      progress.stop();
    }
  };
  if (!options.yes || options.preview) {
    const preview = await go(false);
    await show(store, preview, options);
    if (options.preview) {
      if (!options.json) say('\n只是预览，没有写入', 'a preview: nothing was written');
      if (preview.tally.rejected > 0) process.exitCode = exitCodes.notDone;
      return;
    }
    if (!(await agreed('写入？ / Write this?'))) return;
  }
  const adoption = await go(true);
  await show(store, adoption, options);
  if (adoption.tally.rejected === 0) return;
  process.exitCode = exitCodes.notDone;
  await writeRejects(path, adoption);
  if (!options.json)
    say(
      `退回的行及原因在 ${path}；改正后可直接再次 adopt`,
      `rejected lines and why are in ${path}; correct that file and adopt it`,
    );
}

async function show(store: StoreDeps, { tally, rejected }: Adoption, options: Options): Promise<void> {
  tellRejected(rejected.map(({ line, reason }) => ({ number: line, reason })));
  if (options.json) console.log(JSON.stringify(tally));
  else await tellTally(store, tally);
}

/** Whole journeys, so that the corrected file is complete; the reason stands beside the line at fault. */
async function writeRejects(path: string, { rejected }: Adoption): Promise<void> {
  const text = rejected.flatMap(({ lines, line, reason }) =>
    lines.map(({ number, line: content }: NumberedLine) =>
      JSON.stringify({
        ...content,
        ...(number === line ? { rejected: { line, ...reason } } : { rejected: undefined }),
      }),
    ),
  );
  await writeFile(path, `${text.join('\n')}\n`);
}
