import { formatProblem } from '../../authoring/format-problem.ts';
import { readPools } from '../../authoring/read-pools.ts';
import type { Locale } from '../../domain/model/localized.ts';
import type { Pool } from '../../domain/scheduling/pool.ts';
import type { PoolSet } from '../../store/slots/set-pool.ts';
import { readText } from '../definition-files.ts';
import { exitCodes, say } from '../run.ts';

/** @returns the pools of a file; undefined when they cannot be set, and the terminal says why */
export async function poolsInFile(file: string, locale: Locale): Promise<readonly Pool[] | undefined> {
  const { pools, problems } = readPools(await readText(file), { file });
  for (const problem of problems) console.log(formatProblem(problem, locale));
  if (pools) return pools;
  process.exitCode = exitCodes.notDone;
  const count = problems.length;
  say(
    `${file}：${count} 个错误，没有改动`,
    `${file}: ${count} ${count === 1 ? 'error' : 'errors'}; nothing was changed`,
  );
  return undefined;
}

/** Says what setting pools did, or would do. */
export function tellSet(done: readonly PoolSet[], trial: boolean): void {
  for (const { code, isNew, made, changed, closed } of done)
    say(
      `${code}：${isNew ? '新号池' : '已有号池'}，新增 ${made} 个号，改动 ${changed} 个，停 ${closed} 个`,
      `${code}: ${isNew ? 'new' : 'known'}; ${made} slots made, ${changed} changed, ${closed} closed`,
    );
  if (trial) say('这是试算，没有改动', 'this was a trial; nothing was changed');
}
