import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { stringify } from 'csv-stringify/sync';
import { PlainError } from '../../local/plain-error.ts';
import { rejectHeads } from './headers.ts';
import type { TableRow } from './read-table.ts';
import type { RowProblem } from './row-problem.ts';

/** Rows that were not taken, beside why; the original cells are untouched, so that the corrected file can be imported. */
export interface RejectsFile {
  readonly path: string;
  readonly count: number;
  add(row: TableRow, problems: readonly RowProblem[]): Promise<void>;
  /** Writes what is left; no file is made when nothing was rejected. */
  close(): Promise<void>;
}

/** @param heads of the original table */
export function rejectsFile(path: string, heads: readonly string[]): RejectsFile {
  // A file of rejects that is corrected and imported again has our columns already.
  const keep = heads.flatMap((head, i) =>
    (rejectHeads as readonly string[]).includes(head.trim()) ? [] : [i],
  );
  let count = 0;
  let out: ReturnType<typeof createWriteStream> | undefined;
  let failure: Error | undefined;
  const write = async (cells: readonly (string | number)[]): Promise<void> => {
    if (failure) throw failure;
    if (out && !out.write(stringify([cells], { record_delimiter: 'windows' }))) await once(out, 'drain');
  };
  return {
    path,
    get count() {
      return count;
    },
    async add({ row, cells }, problems) {
      if (!out) {
        out = createWriteStream(path);
        out.on('error', (error) => {
          failure = new PlainError(
            `无法写入退回文件 ${path}：${error.message}`,
            `Cannot write the rejects file ${path}: ${error.message}`,
          );
        });
        // The mark tells spreadsheet programs that it is UTF-8.
        out.write('\uFEFF');
        await write([...rejectHeads, ...keep.map((i) => heads[i] ?? '')]);
      }
      count += 1;
      const extra = cells.slice(heads.length);
      await write([
        row,
        problems
          .map(({ field }) => (field.zh === field.en ? field.zh : `${field.zh} ${field.en}`))
          .join('；'),
        problems.map(({ reason }) => reason.zh).join('；'),
        problems.map(({ reason }) => reason.en).join('; '),
        ...keep.map((i) => cells[i] ?? ''),
        ...extra,
      ]);
    },
    async close() {
      if (!out) return;
      out.end();
      if (!failure) await Promise.race([once(out, 'finish'), once(out, 'error')]).catch(() => undefined);
      if (failure) throw failure;
    },
  };
}
