import type pg from 'pg';

/** Tables of the baselines, beside the product's. */
export async function createBareTables(pool: pg.Pool): Promise<void> {
  await pool.query(`create table if not exists bench_log (id bigserial primary key, subject text not null, body json not null);
    create table if not exists bench_row (subject text primary key, seq int not null, body json not null)`);
}

/** The least that a record with a log costs: one insert and one upsert in a transaction. */
export async function bareTransaction(pool: pg.Pool, subject: string, body: object): Promise<void> {
  const client = await pool.connect();
  const values = [subject, JSON.stringify(body)];
  try {
    await client.query('begin');
    await client.query({
      name: 'bench-log',
      text: 'insert into bench_log (subject, body) values ($1, $2)',
      values,
    });
    await client.query({
      name: 'bench-row',
      text: `insert into bench_row (subject, seq, body) values ($1, 1, $2)
        on conflict (subject) do update set seq = bench_row.seq + 1, body = excluded.body`,
      values,
    });
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}
