import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { runYilu } from '../../support/run-yilu.ts';

let database: TestDatabase;
let db: pg.Client;
let page: string;
/** The commands of the page's first block, without `npx yilu` and what is said beside them. */
let commands: string[][];

const numbers = (text: string): string[] => text.match(/\b\d{17}[\dX]\b/gu) ?? [];
const column = async (sql: string): Promise<unknown[]> =>
  (await db.query<{ value: unknown }>(sql)).rows.map(({ value }) => value);

beforeAll(async () => {
  database = await createTestDatabase();
  db = new pg.Client({ connectionString: database.url });
  await db.connect();
  page = await readFile('docs/import.md', 'utf8');
  commands = [...(/```sh\n([\s\S]*?)```/u.exec(page)?.[1] ?? '').matchAll(/^npx yilu ([^#\n]+)/gmu)].map(
    ([, words = '']) => words.trim().split(/\s+/u),
  );
  expect(await runYilu(database.url, 'demo', 'load')).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await db.end();
  await database.drop();
});

describe('going live as docs/import.md says, beside the demonstration', () => {
  it('takes every row and every line of the examples', async () => {
    expect(commands.map(([name]) => name)).toEqual(['organisations', 'staff', 'import', 'adopt', 'import']);
    for (const command of commands) {
      expect(await runYilu(database.url, ...command), command.join(' ')).toMatchObject({ code: 0 });
      if (!command.includes('--preview')) continue;
      const write = command.map((word) => (word === '--preview' ? '--yes' : word));
      expect(await runYilu(database.url, ...write), write.join(' ')).toMatchObject({ code: 0 });
    }
    expect(
      await column(`select distinct o.code as value from resident r join organisation o on o.id = r.centre_id
        where r.identity_number like '990101%' order by 1`),
    ).toEqual(['SL-C1', 'SL-C2', 'SL-C3']);
  });

  it('invites nobody who is under way already', async () => {
    const underWay = numbers(await readFile('examples/residents-under-way.csv', 'utf8'));
    const adopted = new Set(numbers(await readFile('examples/events.jsonl', 'utf8')));
    expect(underWay.toSorted()).toEqual([...adopted].toSorted());
    expect(
      await column(`select count(*)::int as value from journey j join resident r on r.id = j.resident_id
        where r.identity_number in (${underWay.map((number) => `'${number}'`).join()})`),
    ).toEqual([underWay.length]);
    const enrolled = numbers(await readFile('examples/residents.csv', 'utf8'));
    expect(enrolled.filter((number) => adopted.has(number))).toEqual([]);
    const shown = numbers(page);
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.filter((number) => !adopted.has(number))).toEqual([]);
  });
});
