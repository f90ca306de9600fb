import { stat } from 'node:fs/promises';
import { parse } from 'csv-parse';
import { PlainError } from '../../local/plain-error.ts';
import { decodedText, detectEncoding, type TextEncoding } from './decode-file.ts';
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

function refuseHeads({
  headers,
  path,
  heads,
}: {
  headers: MatchedHeaders;
  path: string;
  heads: readonly string[];
}): void {
  const list = (specs: MatchedHeaders['missing'], locale: 'zh' | 'en'): string =>
    specs
      .map(({ title }) => (locale === 'zh' ? `“${title.zh}”` : `"${title.en}"`))
      .join(locale === 'zh' ? '、' : ', ');
  if (headers.twice.length > 0)
    throw new PlainError(
      `${path} 的${list(headers.twice, 'zh')}列出现了两次，请只留一列。`,
      `${path} has the column ${list(headers.twice, 'en')} twice; keep one.`,
    );
  if (headers.missing.length > 0)
    throw new PlainError(
      `${path} 缺少列${list(headers.missing, 'zh')}；表头是：${heads.join('，')}。`,
      `${path} lacks the column ${list(headers.missing, 'en')}; its heads are: ${heads.join(', ')}.`,
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
    throw error.code === 'ENOENT'
      ? new PlainError(`找不到文件 ${path}。`, `There is no file ${path}.`)
      : new PlainError(`无法读取 ${path}：${error.message}`, `Cannot read ${path}: ${error.message}`);
  });
  if (!info.isFile()) throw new PlainError(`${path} 不是文件。`, `${path} is not a file.`);
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
      for (let cells = await next(); cells; cells = await next()) {
        if (isEmpty(cells)) continue;
        batch.push({ row, cells });
        if (batch.length === size) {
          yield batch;
          batch = [];
        }
      }
      if (batch.length > 0) yield batch;
    },
  };
}
