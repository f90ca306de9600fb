import { mkdtemp, rm, stat } from 'node:fs/promises';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openLocalIssuer } from '../../../api/auth/local-issuer.ts';
import { openStore } from '../../../store/open-store.ts';
import { upsertOrganisations } from '../../../store/organisations.ts';
import { upsertStaff } from '../../../store/staff.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

const entry = fileURLToPath(new URL('../../../api/main.ts', import.meta.url));

interface Line {
  readonly msg: string;
  readonly port?: number;
  readonly why?: string;
  readonly pathway?: string;
}

interface Started {
  readonly child: ChildProcess;
  readonly lines: Line[];
  says(message: string): Promise<Line>;
}

function start(env: Record<string, string>): Started {
  const child = spawn(process.execPath, [entry], {
    env: { ...process.env, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: Line[] = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream! }).on('line', (line) => {
      if (line.startsWith('{')) lines.push(JSON.parse(line) as Line);
    });
  const says = async (message: string): Promise<Line> => {
    await expect
      .poll(() => lines.some(({ msg }) => msg === message), { timeout: 60_000, interval: 50 })
      .toBe(true);
    return lines.find(({ msg }) => msg === message)!;
  };
  return { child, lines, says };
}

async function stop({ child }: Started): Promise<number | null> {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const [code] = (await ended) as [number | null];
  return code;
}

let database: TestDatabase;
let home: string;
let env: Record<string, string>;
beforeAll(async () => {
  database = await createTestDatabase();
  home = await mkdtemp(join(tmpdir(), 'yilu-home-'));
  env = {
    DATABASE_URL: database.url,
    YILU_HOME: home,
    YILU_LINK_SECRET: 'a secret for tests, long enough to be one',
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    TEMPORAL_CONFIG_FILE: join(home, 'none.toml'),
  };
});
afterAll(async () => {
  await database.drop();
  await rm(home, { recursive: true, force: true });
});

describe('the process', () => {
  it('publishes what ships, serves over a socket with a token of the local issuer, and stops in order', async () => {
    const store = openStore(database.url, { release: 'test' });
    await upsertOrganisations(store, [{ code: 'D', level: 'district', parent: null, names: ['示范区'] }]);
    const staff = await upsertStaff(store, [
      { code: 'district', name: '区协调', role: 'district-coordinator', organisation: 'D' },
    ]);
    await store.pool.end();

    const api = start(env);
    const { port } = await api.says('api ready');
    const url = `http://127.0.0.1:${port}`;
    expect(
      api.lines.filter(({ msg }) => msg === 'definition published').map(({ pathway }) => pathway),
    ).toContain('lung');
    expect((await stat(join(home, 'issuer.json'))).mode & 0o777).toBe(0o600);
    const issuer = await openLocalIssuer(home);
    expect(await (await fetch(`${url}/.well-known/jwks.json`)).json()).toEqual(issuer.keys);
    expect(JSON.stringify(issuer.keys)).not.toContain('"d"');

    const headers = { authorization: `Bearer ${await issuer.sign(staff.get('district') ?? '')}` };
    const list = (await (await fetch(`${url}/api/v1/definitions`, { headers })).json()) as {
      items: object[];
    };
    expect(list.items).toContainEqual(expect.objectContaining({ pathway: 'lung', version: 1 }));
    expect(await (await fetch(`${url}/readyz`)).json()).toMatchObject({ database: 'ok', temporal: 'ok' });
    // A body that only says how long it is when it is over.
    const endless = await fetch(`${url}/api/v1/residents`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: new ReadableStream({
        pull: (to) => to.enqueue(new TextEncoder().encode('x'.repeat(100_000))),
      }),
      duplex: 'half',
    } as RequestInit).then(
      ({ status }) => status,
      () => 413, // the connection may be closed before the answer is read
    );
    expect(endless).toBe(413);
    expect(await stop(api)).toBe(0);

    const again = start(env);
    await again.says('api ready');
    expect(again.lines.some(({ msg }) => msg === 'definition published')).toBe(false);
    expect(await stop(again)).toBe(0);
  });

  it('waits for PostgreSQL, and says so', async () => {
    const api = start({ ...env, DATABASE_URL: 'postgres://nobody:none@127.0.0.1:1/none' });
    expect((await api.says('waiting for PostgreSQL')).why).toContain('PostgreSQL is not available');
    expect(await stop(api)).toBe(0);
  });

  it.each([
    [{ DATABASE_URL: '' }, 'DATABASE_URL'],
    [{ PORT: 'eighty' }, 'PORT'],
    [{ YILU_LINK_SECRET: '' }, 'make-secrets.sh'],
    [{ YILU_PUBLIC_URL: 'yilu.example.org' }, 'YILU_PUBLIC_URL'],
    [{ YILU_ADDRESS_HEADER: 'a header' }, 'YILU_ADDRESS_HEADER'],
    [{ OIDC_ISSUER: 'https://sign-in.example' }, 'OIDC_JWKS_URL'],
  ])('does not start with wrong settings, and names them: %j', async (wrong, named) => {
    const api = start({ ...env, ...wrong });
    const [code] = (await once(api.child, 'exit')) as [number];
    expect(code).toBe(1);
    expect((await api.says('api cannot run')).why).toContain(named);
  });
});
