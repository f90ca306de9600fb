import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Tally } from '../../../cli/adopt/tally.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { runYilu, type CommandResult } from '../../support/run-yilu.ts';

let database: TestDatabase;
let db: pg.Client;
let folder: string;
const yilu = (...args: string[]): Promise<CommandResult> => runYilu(database.url, ...args);
const tallyOf = ({ out }: CommandResult): Tally => JSON.parse(out) as Tally;

beforeAll(async () => {
  database = await createTestDatabase();
  db = new pg.Client({ connectionString: database.url });
  await db.connect();
  folder = await mkdtemp(join(tmpdir(), 'yilu-adopt-'));
  await yilu('organisations', 'import', 'examples/organisations.csv');
  await yilu('staff', 'import', 'examples/staff.csv');
  await yilu('import', 'examples/residents-under-way.csv');
  await yilu('import', 'examples/residents.csv');
  await yilu('definitions', 'publish', 'definitions/lung.yaml');
});
afterAll(async () => {
  await db.end();
  await database.drop();
  await rm(folder, { recursive: true });
});

const count = async (sql: string): Promise<number> =>
  Number((await db.query<{ count: string }>(`select count(*) ${sql}`)).rows[0]?.count);
const everything = async (): Promise<string> =>
  JSON.stringify([
    (await db.query('select * from journey order by id')).rows,
    (await db.query('select * from notice order by key')).rows,
    await count('from journey_event'),
  ]);

describe('yilu adopt', () => {
  let preview: Tally;

  it('says what will happen and writes nothing', async () => {
    const result = await yilu('adopt', 'examples/events.jsonl', '--preview', '--json');
    expect(result).toMatchObject({ code: 0 });
    preview = tallyOf(result);
    expect(preview).toMatchObject({ adopted: 3, rejected: 0, ended: 1 });
    expect(preview.told).toBeGreaterThan(0);
    expect(await count('from journey')).toBe(0);
    const words = await yilu('adopt', 'examples/events.jsonl', '--preview');
    expect(words.out).toMatch(/今天逾期[\s\S]*谁会收到什么[\s\S]*没有写入/u);
  });

  it('does what it said', async () => {
    const done = tallyOf(await yilu('adopt', 'examples/events.jsonl', '--yes', '--json'));
    expect(done).toEqual(preview);
    expect(await count('from journey')).toBe(preview.adopted);
    expect(await count('from journey_event')).toBe(preview.events);
    expect(await count('from journey where ended_at is not null')).toBe(preview.ended);
    expect(await count('from journey where ended_at is null and overdue_since < now()')).toBe(
      preview.overdue,
    );
    expect(await count(`from notice where status = 'queued'`)).toBe(preview.told);
    // Whoever was to be told years ago is not told now.
    const { rows } = await db.query(
      `select n.key from notice n where n.status = 'queued' and n.due_at < now() - interval '1 hour'`,
    );
    expect(rows).toEqual([]);
    expect(await yilu('check')).toMatchObject({ code: 0 });
  });

  it('keeps when things happened and who did them', async () => {
    const { rows } = await db.query(
      `select e.at, s.code from journey_event e join staff s on s.id::text = e.actor_id
       where e.event->>'outcome' = 'reported'`,
    );
    expect(rows).toEqual([{ at: new Date('2025-03-24T12:00:00+08:00'), code: 'sl-radiologist' }]);
    const { rows: anchors } = await db.query(
      `select state->'anchors'->>'surgery' as surgery from journey where stage = 'follow-up'`,
    );
    expect(anchors).toEqual([{ surgery: String(Date.parse('2026-05-12T11:40:00+08:00')) }]);
  });

  it('changes nothing the second time, and adds what a longer history adds', async () => {
    const before = await everything();
    const again = tallyOf(await yilu('adopt', 'examples/events.jsonl', '--yes', '--json'));
    expect(again).toMatchObject({ adopted: 0, extended: 0, unchanged: 3, events: 0, told: 0 });
    expect(await everything()).toBe(before);
    const history = await readFile('examples/events.jsonl', 'utf8');
    const first = JSON.parse(history.split('\n')[0] ?? '') as { identityNumber: string };
    const path = join(folder, 'longer.jsonl');
    const { identityNumber } = first;
    const more = { identityNumber, pathway: 'lung', at: '2025-09-10', kind: 'outcome', step: 'interval-ct' };
    await writeFile(path, `${history}${JSON.stringify({ ...more, outcome: 'attended' })}\n`);
    expect(tallyOf(await yilu('adopt', path, '--yes', '--json'))).toMatchObject({
      extended: 1,
      unchanged: 2,
    });
    const { rows } = await db.query(
      `select j.stage, j.state->'anchors'->>'ct' as ct from journey j join resident r on r.id = j.resident_id
       where r.identity_number = $1`,
      [identityNumber],
    );
    expect(rows).toEqual([{ stage: 'reading', ct: String(Date.parse('2025-09-10T12:00:00+08:00')) }]);
  });

  it('takes a journey whole or not at all, and says which line is at fault', async () => {
    const people = (await readFile('examples/residents.csv', 'utf8')).split('\n').slice(10, 13);
    const [wrong, second, fine] = people.map((line) => line.split(',')[1] ?? '');
    const line = (identityNumber: string | undefined, rest: object): string =>
      JSON.stringify({ identityNumber, pathway: 'lung', ...rest });
    const path = join(folder, 'mixed.jsonl');
    await writeFile(
      path,
      [
        line(wrong, { at: '2025-01-06', kind: 'enrolled' }),
        line(wrong, { at: '2025-01-07', kind: 'outcome', step: 'ldct', outcome: 'attended' }),
        line(second, { at: '2025-01-07', kind: 'resumed' }),
        line('990199190001010010', { at: '2025-01-06', kind: 'enrolled' }),
        line(fine, { at: '2025-01-06', kind: 'enrolled' }),
        line(fine, { at: '2025-02-06', kind: 'enrolled' }),
      ].join('\n'),
    );
    const before = await count('from journey');
    const result = await yilu('adopt', path, '--yes', '--json');
    expect(result.code).toBe(1);
    expect(tallyOf(result)).toMatchObject({ adopted: 1, rejected: 4 });
    expect(await count('from journey')).toBe(before + 1);
    for (const at of [2, 3, 4, 6]) expect(result.err).toContain(`line ${at}:`);
    const rejects = (await readFile(join(folder, 'mixed.rejects.jsonl'), 'utf8')).trim().split('\n');
    const lines = rejects.map((text) => JSON.parse(text) as { rejected?: { line: number } });
    expect(lines).toHaveLength(5);
    expect(
      lines.flatMap(({ rejected }) => (rejected ? [rejected.line] : [])).toSorted((a, b) => a - b),
    ).toEqual([2, 3, 4, 6]);
  });

  it('writes nothing of a file with a line that cannot be read', async () => {
    const path = join(folder, 'broken.jsonl');
    await writeFile(path, '{"kind":"enrolled"\n{"kind":"enroled","pathway":"lung"}\n');
    const result = await yilu('adopt', path, '--yes');
    expect(result.code).toBe(1);
    expect(result.err).toMatch(/line 1[\s\S]*line 2[\s\S]*没有写入/u);
  });
});
