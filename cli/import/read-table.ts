import { stat } from 'node:fs/promises';
import { parse } from 'csv-parse';
import { PlainError } from '../../local/plain-error.ts';
import { decodedText, detectEncoding, type TextEncoding } from './decode-file.ts';
import { notAFile, unreadableFile } from '../unreadable-file.ts';
import { matchHeaders, type Columns, type MatchedHeaders } from './headers.ts';

/** One row of a table as it stands in the file. */
export interface TableRow {
  /** As a spreadsheet counts: the first line of the file is row 1. */
  readonly row: number;
  readonly cells: readonly string[];
}

export interface Table {
  readonly encoding: TextEncoding;
  readonly headers: MatchedHeaders;
  readonly heads: readonly string[];
  readonly bytes: number;
  /** Reads on as fast as it is asked. */
  batches(size: number): AsyncGenerator<readonly TableRow[]>;
}

const separators = [',', '\t', ';'] as const;
/** A title and a date may stand above the heads. */
const rowsBeforeHeads = 10;
/** Longer than any real row: a quotation mark was not closed. */
const maxRecordCharacters = 200_000;

async function firstText(path: string, encoding: TextEncoding): Promise<string> {
  const text = decodedText(path, encoding);
  for await (const chunk of text) return chunk as string;
  return '';
}

/** @returns the sign that separates cells: the most frequent outside quotation marks in the first lines */
export function separatorOf(text: string): (typeof separators)[number] {
  const unquoted = text
    .slice(0, 20_000)
    .replaceAll(/"(?:[^"]|"")*"/gu, '')
    .split(/\r?\n|\r/u, rowsBeforeHeads)
    .join('\n');
  const count = (sign: string): number => unquoted.split(sign).length;
  return separators.reduce((best, sign) => (count(sign) > count(best) ? sign : best));
}

const isEmpty = (cells: readonly string[]): boolean => cells.every((cell) => cell.trim() === '');

const titles = (specs: MatchedHeaders['missing'], locale: 'zh' | 'en'): string =>
  specs
    .map(({ title }) => (locale === 'zh' ? `“${title.zh}”` : `"${title.en}"`))
    .join(locale === 'zh' ? '、' : ', ');

/** What is not known to be a heading may be somebody's name and number: it is counted, not repeated. */
function refuseHeads({
  headers: { at, twice, missing },
  path,
  heads,
}: {
  headers: MatchedHeaders;
  path: string;
  heads: readonly string[];
}): void {
  if (twice.length > 0)
    throw new PlainError(
      `${path} 的${titles(twice, 'zh')}列出现了两次，请只留一列。`,
      `${path} has the column ${titles(twice, 'en')} twice; keep one.`,
    );
  if (missing.length === 0) return;
  if (at.size > 0)
    throw new PlainError(
      `${path} 缺少列${titles(missing, 'zh')}；表头是：${heads.join('，')}。`,
      `${path} lacks the column ${titles(missing, 'en')}; its heads are: ${heads.join(', ')}.`,
    );
  if (heads.length === 1)
    throw new PlainError(
      `${path} 只有一列：列之间须用逗号、制表符或分号分隔，第一行须为表头，至少有${titles(missing, 'zh')}。`,
      `${path} has one column only: the separator must be comma, tab or semicolon, and the first line must hold the heads, at least ${titles(missing, 'en')}.`,
    );
  throw new PlainError(
    `${path} 有 ${heads.length} 列，但没有表头行；请在第一行写上表头，至少有${titles(missing, 'zh')}。`,
    `${path} has ${heads.length} columns and no heading line; put the heads in the first line, at least ${titles(missing, 'en')}.`,
  );
}

/** Makes the parser's complaint one that a person can act on. */
function readable(error: unknown, path: string, row: number): unknown {
  const { code } = error as { code?: string };
  if (code?.startsWith('CSV_') !== true) return error;
  return new PlainError(
    `${path} 第 ${row + 1} 行附近的引号没有成对；请检查该行的双引号。`,
    `${path}: a quotation mark near row ${row + 1} is not closed; look at the double quotes there.`,
  );
}

/**
 * Opens a table of a real office: UTF-8 with or without a mark, UTF-16 or GB18030; commas, tabs or semicolons; any
 * line ends; quoted cells; a title above the heads. Rows are read as they are asked for.
 * @throws PlainError when the file cannot be read or a column that is needed is missing
 */
export async function openTable(
  path: string,
  columns: Columns,
  onBytes?: (count: number) => void,
): Promise<Table> {
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw unreadableFile(path, error);
  });
  if (!info.isFile()) throw notAFile(path);
  const encoding = await detectEncoding(path);
  const text = decodedText(path, encoding, onBytes);
  const parser = parse({
    delimiter: separatorOf(await firstText(path, encoding)),
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    max_record_size: maxRecordCharacters,
  });
  text.on('error', (error) => parser.destroy(error));
  const records = text.pipe(parser)[Symbol.asyncIterator]() as AsyncIterator<string[]>;
  let row = 0;
  const next = async (): Promise<string[] | undefined> => {
    try {
      const { value, done } = await records.next();
      row += 1;
      return done === true ? undefined : value;
    } catch (error) {
      throw readable(error, path, row);
    }
  };
  let heads: string[] = [];
  let headers: MatchedHeaders = matchHeaders([], columns);
  for (let looked = 0; looked < rowsBeforeHeads; looked++) {
    const cells = await next();
    if (!cells) break;
    const found = matchHeaders(cells, columns);
    if (heads.length === 0 || found.at.size > headers.at.size) [heads, headers] = [cells, found];
    if (found.at.size >= 2) break;
  }
  if (isEmpty(heads)) throw new PlainError(`${path} 是空的。`, `${path} is empty.`);
  refuseHeads({ headers, path, heads });
  return {
    encoding,
    headers,
    heads,
    bytes: info.size,
    async *batches(size) {
      let batch: TableRow[] = [];
      let empty = true;
      for (let cells = await next(); cells; cells = await next()) {
        if (isEmpty(cells)) continue;
        empty = false;
        batch.push({ row, cells });
        if (batch.length === size) {
          yield batch;
          batch = [];
        }
      }
      if (empty)
        throw new PlainError(
          `${path} 只有表头，没有数据行。`,
          `${path} holds the heads and not one row below them.`,
        );
      if (batch.length > 0) yield batch;
    },
  };
}
