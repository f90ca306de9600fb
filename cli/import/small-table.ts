import type { Columns } from './headers.ts';
import { openTable, type Table, type TableRow } from './read-table.ts';
import type { RejectsFile } from './rejects-file.ts';
import type { RowProblem } from './row-problem.ts';

/** A district has some hundreds of organisations and some thousands of staff. */
const batchSize = 5_000;

export interface SmallTable<Field extends string> {
  readonly table: Table;
  readonly rows: readonly { readonly row: TableRow; readonly cell: (field: Field) => string }[];
}

/** Reads the whole of a table that is small by nature, since its rows refer to each other. */
export async function readSmallTable<C extends Columns>(
  path: string,
  columns: C,
): Promise<SmallTable<Extract<keyof C, string>>> {
  const table = await openTable(path, columns);
  const rows: { row: TableRow; cell: (field: string) => string }[] = [];
  for await (const batch of table.batches(batchSize))
    for (const row of batch)
      rows.push({ row, cell: (field) => row.cells[table.headers.at.get(field) ?? -1] ?? '' });
  return { table, rows };
}

export interface SmallCounts {
  created: number;
  changed: number;
  unchanged: number;
  rejected: number;
}

/** Collects what is wrong with the rows of a small table. */
export class Rejecter {
  readonly #problems = new Map<TableRow, RowProblem[]>();

  add(row: TableRow, problem: RowProblem): void {
    this.#problems.set(row, [...(this.#problems.get(row) ?? []), problem]);
  }

  has(row: TableRow): boolean {
    return this.#problems.has(row);
  }

  get count(): number {
    return this.#problems.size;
  }

  async write(file: RejectsFile): Promise<void> {
    for (const [row, problems] of this.#problems) await file.add(row, problems);
    await file.close();
  }
}
