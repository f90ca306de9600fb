import { PlainError } from '../local/plain-error.ts';
import { readRunning } from '../local/home.ts';

/** There is no database to work on: a server is away, not the work wrong. */
export class NoDatabase extends PlainError {
  override name = 'NoDatabase';
}

/**
 * @returns the address of the database that a command works on: `DATABASE_URL`, else that of the Yilu running here
 * @throws NoDatabase when there is neither
 */
export async function databaseUrl(): Promise<string> {
  const url = process.env['DATABASE_URL'] || (await readRunning())?.environment['DATABASE_URL'];
  if (url) return url;
  throw new NoDatabase(
    '没有找到数据库。请先运行 npm start，或用 DATABASE_URL 指定数据库。',
    'There is no database to work on. Run npm start first, or name one in DATABASE_URL.',
  );
}
