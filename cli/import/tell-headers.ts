import type { Table } from './read-table.ts';

/** Says which columns nobody will read, on standard error: often one is a slip of the pen. */
export function tellHeaders({ headers, encoding }: Table): void {
  if (encoding !== 'utf-8') console.error(`编码 / encoding: ${encoding.toUpperCase()}`);
  for (const { head, near } of headers.ignored)
    console.error(
      near
        ? `未使用的列“${head}”，是否指“${near.zh}”？ / The column "${head}" is not read; did you mean "${near.en}"?`
        : `未使用的列“${head}” / The column "${head}" is not read`,
    );
}
