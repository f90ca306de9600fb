import { nearMatch } from '../../domain/checker/near-match.ts';
import type { Localized } from '../../domain/model/localized.ts';

/** One column that an importer understands. */
export interface ColumnSpec {
  readonly title: Localized;
  /** Other ways to head it; compared without case, spaces, marks and what stands in brackets. */
  readonly aliases: readonly string[];
  readonly required?: true;
}

export type Columns = Readonly<Record<string, ColumnSpec>>;

export interface MatchedHeaders {
  /** Where each column stands. */
  readonly at: ReadonlyMap<string, number>;
  /** Heads that nobody understands, with what may have been meant. */
  readonly ignored: readonly { readonly head: string; readonly near: Localized | undefined }[];
  readonly missing: readonly ColumnSpec[];
  /** Two columns with one meaning. */
  readonly twice: readonly ColumnSpec[];
}

const bare = (head: string): string =>
  head
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/\(.*?\)|【.*?】|\[.*?\]/gu, '')
    .replaceAll(/[\s_*:：\-./#"'\u200B\uFEFF]/gu, '');

/** Columns that the rejects file puts before the original row; they are not the row's. */
export const rejectHeads = ['行号 row', '字段 field', '原因', 'reason'] as const;
const ours = new Set(rejectHeads.map(bare));

/** @returns which columns a row of heads names */
export function matchHeaders(heads: readonly string[], columns: Columns): MatchedHeaders {
  const known = new Map<string, string>();
  for (const [field, { title, aliases }] of Object.entries(columns))
    for (const alias of [field, title.zh, title.en, ...aliases]) known.set(bare(alias), field);
  const at = new Map<string, number>();
  const ignored: { head: string; near: Localized | undefined }[] = [];
  const twice: ColumnSpec[] = [];
  heads.forEach((head, i) => {
    const name = bare(head);
    if (name === '' || ours.has(name)) return;
    const field = known.get(name);
    if (field === undefined) {
      const near = nearMatch(name, [...known.keys()]);
      const meant = near === undefined ? undefined : columns[known.get(near) ?? ''];
      ignored.push({ head: head.trim(), near: meant?.title });
    } else if (at.has(field)) twice.push(columns[field] as ColumnSpec);
    else at.set(field, i);
  });
  const missing = Object.entries(columns)
    .filter(([field, { required }]) => required && !at.has(field))
    .map(([, spec]) => spec);
  return { at, ignored, missing, twice };
}
