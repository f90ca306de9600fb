import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { importResidents } from '../cli/import/import-residents.ts';
import { rejectsFile } from '../cli/import/rejects-file.ts';
import { identityNumber, startDistrict, type District } from './support/district.ts';
import type { Figure } from './support/figure.ts';
import { median, spread } from './support/statistics.ts';
import { short } from './support/table.ts';

const rounds = 5;
const rowsEach = 20_000;

/** @returns lines of a file of residents; every round has people of its own, so that all of them are new */
const lines = (round: number): string[] =>
  Array.from({ length: rowsEach }, (_, i) => {
    const n = round * rowsEach + i;
    const phone = `199${String(n).padStart(8, '0')}`;
    return `居民${n},${identityNumber(n)},1960-02-29,${(n % 999) % 2 === 1 ? '男' : '女'},${phone},r${n}@example.org,C`;
  });

/** @returns rows a second of the product's import, checked and written */
async function imported({ store }: District, path: string): Promise<number> {
  const began = performance.now();
  const counts = await importResidents(store, {
    path,
    rejects: (heads) => rejectsFile(`${path}.rejects`, heads),
    progress: () => ({ at: () => undefined, stop: () => undefined }),
    dryRun: false,
    today: '2026-06-01',
  });
  if (counts.created !== rowsEach) throw new Error(`not all rows were taken: ${JSON.stringify(counts)}`);
  return (rowsEach * 1_000) / (performance.now() - began);
}

/** @returns rows a second of `COPY … FROM STDIN` into a table with the columns of the file, which PostgreSQL parses */
async function copied({ store, system }: District, table: string, path: string): Promise<number> {
  await store.pool.query(`truncate ${table}`);
  const client = new pg.Client({ connectionString: system.databaseUrl });
  await client.connect();
  try {
    const began = performance.now();
    await copyFrom(client, `copy ${table} from stdin (format csv, header true)`, path);
    const seconds = (performance.now() - began) / 1_000;
    const { rows } = await store.pool.query<{ count: number }>(`select count(*)::int from ${table}`);
    if (rows[0]?.count !== rowsEach) throw new Error('not all rows were copied');
    return rowsEach / seconds;
  } finally {
    await client.end();
  }
}

/** What `pg` itself brings for COPY: its protocol messages. */
interface CopyConnection {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(message: string): void;
}

async function copyFrom(client: pg.Client, text: string, path: string): Promise<void> {
  let settle: (error?: Error) => void = () => undefined;
  const done = new Promise<void>((resolve, reject) => {
    settle = (error) => (error ? reject(error) : resolve());
  });
  const nothing = (): void => undefined;
  client.query({
    submit: (connection: CopyConnection) => connection.query(text),
    handleCopyInResponse: (connection: CopyConnection) => {
      const file = createReadStream(path, { highWaterMark: 1 << 18 });
      file.on('data', (chunk) => connection.sendCopyFromChunk(chunk as Buffer));
      file.on('end', () => connection.endCopyFrom());
      file.on('error', (error) => connection.sendCopyFail(error.message));
    },
    handleCommandComplete: nothing,
    handleReadyForQuery: () => settle(),
    handleError: (error: Error) => settle(error),
  } as unknown as pg.Submittable);
  await done;
}

/** Rows of residents, checked and written, beside a bare COPY of the same rows. */
export const importing: Figure = {
  name: 'import',
  async run({ progress }) {
    progress('starting PostgreSQL');
    const district = await startDistrict([]);
    const folder = await mkdtemp(join(tmpdir(), 'yilu-bench-'));
    try {
      await district.store.pool.query(`create table bench_resident
        (name text not null, identity_number text not null unique, birth_date date not null, sex text not null,
         phone text, email text, centre text not null);
        create index on bench_resident (name text_pattern_ops);
        create index on bench_resident (phone text_pattern_ops);
        create index on bench_resident (centre, name);
        create table bench_plain as select * from bench_resident`);
      const ours: number[] = [];
      const bare: number[] = [];
      const plain: number[] = [];
      for (let round = 0; round <= rounds; round++) {
        const path = join(folder, `residents-${round}.csv`);
        const header = '姓名,身份证号,出生日期,性别,手机号,邮箱,社区中心';
        await writeFile(path, `${[header, ...lines(round)].join('\n')}\n`);
        const one = await imported(district, path);
        const other = await copied(district, 'bench_resident', path);
        const least = await copied(district, 'bench_plain', path);
        progress(`round ${round} of ${rounds}: ${short(one)} rows/s, COPY ${short(other)} rows/s`);
        if (round === 0) continue;
        ours.push(one);
        bare.push(other);
        plain.push(least);
      }
      const of = (others: readonly number[]): number[] =>
        ours.map((value, i) => value / (others[i] ?? Number.NaN));
      const ratios = of(bare);
      return [
        {
          figure: 'import, checked and written: of a bare COPY of the same rows',
          measured: spread(ratios),
          limit: { kind: 'atLeast', value: 0.2 },
          value: median(ratios),
          note: `${short(median(ours))} rows/s beside ${short(median(bare))} rows/s, ${short(rowsEach)} new residents each, into a table with indexes on the same columns`,
        },
        {
          figure: 'import: of a COPY into a table without any index',
          measured: spread(of(plain)),
          note: `beside ${short(median(plain))} rows/s`,
        },
      ];
    } finally {
      await rm(folder, { recursive: true, force: true });
      await district.stop();
    }
  },
};
