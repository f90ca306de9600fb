import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname } from 'node:path';

/** Whether a TCP port on 127.0.0.1 can be listened on now; port 0 asks the system for any. Returns it, or undefined. */
export function tryPort(port: number): Promise<number | undefined> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(undefined));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address ? address.port : undefined));
    });
  });
}

/**
 * A free port that stays the same from start to start while nobody else takes it, so that bookmarks and
 * psql connections keep working: the one kept in `file`, else `preferred`, else any.
 */
export async function keptPort(file: string, preferred = 0): Promise<number> {
  const kept = Number(await readFile(file, 'utf8').catch(() => '')) || preferred;
  const port = (await tryPort(kept)) ?? (await tryPort(0));
  if (port === undefined) throw new Error('没有可用的端口 / no free port on 127.0.0.1');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, String(port));
  return port;
}
