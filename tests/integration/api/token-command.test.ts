import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openLocalIssuer } from '../../../api/auth/local-issuer.ts';
import { createTokenVerifier } from '../../../api/auth/token-verifier.ts';
import { storeFixture, type StoreFixture } from '../../support/store-fixture.ts';

const program = fileURLToPath(new URL('../../../cli/main.ts', import.meta.url));

let fixture: StoreFixture;
let home: string;
beforeAll(async () => {
  fixture = await storeFixture();
  home = await mkdtemp(join(tmpdir(), 'yilu-token-'));
});
afterAll(async () => {
  await fixture.close();
  await rm(home, { recursive: true, force: true });
});

const token = (user: string): Promise<{ code: number; out: string; err: string }> =>
  new Promise((done) => {
    const env = { ...process.env, DATABASE_URL: fixture.url, YILU_HOME: home };
    execFile(process.execPath, [program, 'token', '--user', user], { env }, (error, out, err) =>
      done({ code: error ? Number(error.code) : 0, out, err }),
    );
  });

it('prints a token that the API takes, alone on standard output, for a quarter of an hour', async () => {
  const { code, out } = await token('centre0');
  expect(code).toBe(0);
  const printed = out.trimEnd();
  const verify = createTokenVerifier(await openLocalIssuer(home));
  expect(await verify(printed)).toEqual({ subject: fixture.staff.get('centre0') });
  const { exp, iat } = JSON.parse(Buffer.from(printed.split('.')[1] ?? '', 'base64url').toString()) as {
    exp: number;
    iat: number;
  };
  expect(exp - iat).toBe(15 * 60);
});

it('an unknown user is told which codes would do, and nothing is printed', async () => {
  const { code, out, err } = await token('somebody');
  expect([code, out]).toEqual([1, '']);
  expect(err).toContain('人员名单中没有“somebody”');
  expect(err).toContain('centre0 (family-doctor)');
});
