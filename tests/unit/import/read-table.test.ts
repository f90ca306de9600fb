import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTable, separatorOf, type TableRow } from '../../../cli/import/read-table.ts';
import { residentColumns } from '../../../cli/import/resident-row.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yilu-tables-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(content: Buffer | string, size = 100): Promise<{ rows: TableRow[]; encoding: string }> {
  const path = join(folder, 'table.csv');
  await writeFile(path, content);
  const table = await openTable(path, residentColumns);
  const rows: TableRow[] = [];
  for await (const batch of table.batches(size)) rows.push(...batch);
  return { rows, encoding: table.encoding };
}

const text = '姓名,身份证号,社区中心\n张三,1,东\n李四,2,"西, 北"\n';
const cells = [
  ['张三', '1', '东'],
  ['李四', '2', '西, 北'],
];

describe('a table of a real office', () => {
  it.each([
    ['UTF-8', Buffer.from(text), 'utf-8'],
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${text}`), 'utf-8'],
    ['GB18030', iconv.encode(text, 'gb18030'), 'gb18030'],
    ['UTF-16 of a spreadsheet', iconv.encode(text, 'utf-16le', { addBOM: true }), 'utf-16le'],
    ['CRLF', Buffer.from(text.replaceAll('\n', '\r\n')), 'utf-8'],
    ['CR of an old Mac', Buffer.from(text.replaceAll('\n', '\r')), 'utf-8'],
    ['no line end at the end', Buffer.from(text.trimEnd()), 'utf-8'],
  ])('%s', async (_, content, encoding) => {
    const found = await read(content);
    expect(found.encoding).toBe(encoding);
    expect(found.rows.map((row) => row.cells)).toEqual(cells);
    expect(found.rows.map(({ row }) => row)).toEqual([2, 3]);
  });

  it('decodes a character that is cut between two chunks', async () => {
    const many = `姓名,身份证号,社区中心\n${'a,1,东\n'.repeat(60_000)}张三,2,西\n`;
    const { rows } = await read(iconv.encode(`x${many}`.slice(1), 'gb18030'), 10_000);
    expect(rows).toHaveLength(60_001);
    expect(rows.every(({ cells: [, , place] }) => place === '东' || place === '西')).toBe(true);
  });

  it.each([
    ['tabs', '姓名\t身份证号\t社区中心\n张三\t1\t东,西\n'],
    ['semicolons', '姓名;身份证号;社区中心\n张三;1;东,西\n'],
    ['commas', '姓名,身份证号,社区中心\n张三,1,"东,西"\n'],
  ])('%s between cells', async (_, content) => {
    const { rows } = await read(content);
    expect(rows.map((row) => row.cells)).toEqual([['张三', '1', '东,西']]);
  });

  it('finds the heads below a title, counts empty lines, and keeps a line break in a cell', async () => {
    const { rows } = await read(
      '某社区居民名单,,\n\n姓名（必填）, *身份证 号码 ,所属机构\n\n"张\n三",1,东\n,,\n李四,2,西\n',
    );
    expect(rows).toEqual([
      { row: 5, cells: ['张\n三', '1', '东'] },
      { row: 7, cells: ['李四', '2', '西'] },
    ]);
  });

  it.each([
    ['workbooks', Buffer.from('504b030414000600', 'hex'), /CSV UTF-8/u],
    ['missing columns', '姓名,电话\n张三,1\n', /身份证号.*社区中心/u],
    ['columns that come twice', '姓名,身份证号,身份证,机构\n', /出现了两次/u],
    ['nothing', '', /空的/u],
    ['heads with no row below', '姓名,身份证号,社区中心\n\n', /只有表头，没有数据行/u],
    [
      'a separator of its own',
      '姓名|身份证号|社区中心\n张三|1|东\n',
      /须用逗号、制表符或分号[\s\S]*comma, tab or semicolon/u,
    ],
    ['rows without heads', '张三,1,东\n李四,2,西\n', /有 3 列，但没有表头行.*“身份证号”[\s\S]*3 columns/u],
    ['a quotation that never ends', `${text}"王五,3,南\n`, /引号/u],
  ])('refuses %s in a sentence', async (_, content, said) => {
    const refused = read(content);
    await expect(refused).rejects.toThrow(said);
    await expect(refused).rejects.not.toThrow(/张三|李四/u);
  });

  it('does not count separators within quotation marks', () =>
    expect(separatorOf('a;b\n"1,2,3,4,5";2\n')).toBe(';'));
});
