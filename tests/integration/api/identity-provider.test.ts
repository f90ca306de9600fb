import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLocalIssuer } from '../../../api/auth/local-issuer.ts';
import { createTokenVerifier, IssuerUnavailable } from '../../../api/auth/token-verifier.ts';

let folder: string;
let server: Server;
let keys: URL;
let sign: (claims: { iss?: string; aud?: string; exp?: string; sub?: string }) => Promise<string>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yilu-issuer-'));
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'RS256' }] });
  server = createServer((_, answer) => answer.setHeader('content-type', 'application/json').end(jwks));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  keys = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`);
  sign = ({ iss = 'https://idp.example', aud = 'yilu', exp = '5m', sub = 'someone' }) =>
    new SignJWT({})
      .setProtectedHeader({ alg: 'RS256', kid: 'k' })
      .setIssuer(iss)
      .setAudience(aud)
      .setSubject(sub)
      .setExpirationTime(exp)
      .sign(privateKey);
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a token of the district’s identity provider', () => {
  const issuer = 'https://idp.example';
  it('is taken for its subject, whatever else it says', async () => {
    const verify = createTokenVerifier({ issuer, audience: 'yilu', keys });
    expect(await verify(await sign({ sub: 'doctor-7' }))).toEqual({ subject: 'doctor-7' });
  });

  it.each([
    [{ iss: 'https://other.example' }, 'invalid'],
    [{ aud: 'payroll' }, 'invalid'],
    [{ exp: '-1m' }, 'expired'],
  ] as const)('is refused when it is not for us: %j', async (claims, why) => {
    const verify = createTokenVerifier({ issuer, audience: 'yilu', keys });
    await expect(verify(await sign(claims))).rejects.toMatchObject({ name: 'TokenRefused', why });
  });

  it('cannot be judged while the keys cannot be fetched', async () => {
    const verify = createTokenVerifier({
      issuer,
      audience: 'yilu',
      keys: new URL('http://127.0.0.1:1/keys'),
    });
    await expect(verify(await sign({}))).rejects.toBeInstanceOf(IssuerUnavailable);
  });
});

describe('the local issuer', () => {
  it('is one, however many processes open it at once, and another folder has another', async () => {
    const [a, b, c] = await Promise.all([folder, folder, folder].map((home) => openLocalIssuer(home)));
    expect(a?.keys).toEqual(b?.keys);
    expect(b?.keys).toEqual(c?.keys);
    const other = await openLocalIssuer(join(folder, 'other'));
    const verify = createTokenVerifier(other);
    await expect(verify(await a!.sign('x'))).rejects.toMatchObject({ why: 'invalid' });
    expect(await verify(await other.sign('x'))).toEqual({ subject: 'x' });
  });
});
