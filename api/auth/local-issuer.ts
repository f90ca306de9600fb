import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { exportJWK, generateKeyPair, importJWK, SignJWT, type JSONWebKeySet, type JWK } from 'jose';
import { z } from 'zod';
import type { TrustedIssuer } from './token-verifier.ts';

/** Who signs on a laptop, in place of the district's identity provider. */
export const localIssuer = { issuer: 'urn:yilu:local', audience: 'yilu' } as const;

/** Long enough for a quarter of an hour's work at a terminal, too short to be worth stealing. */
const lifeSeconds = 15 * 60;

const keySchema = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string(),
  y: z.string(),
  d: z.string(),
  kid: z.string(),
});
type SigningKey = z.infer<typeof keySchema>;

const keyFile = (home: string): string => join(home, 'issuer.json');

async function readKey(home: string): Promise<SigningKey | undefined> {
  let text: string;
  try {
    text = await readFile(keyFile(home), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return keySchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(
      `${keyFile(home)} 不是签名密钥；删除它即可重新生成。It does not hold a signing key; delete it and a new one is made.`,
      { cause },
    );
  }
}

/** Written aside and linked, so that whoever reads it finds all of it, and two processes agree on one. */
async function makeKey(home: string): Promise<void> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const key = { ...(await exportJWK(privateKey)), kid: randomUUID() };
  await mkdir(dirname(keyFile(home)), { recursive: true });
  const aside = `${keyFile(home)}.${randomUUID()}`;
  await writeFile(aside, JSON.stringify(key), { mode: 0o600, flag: 'wx' });
  try {
    await link(aside, keyFile(home));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

export interface LocalIssuer extends TrustedIssuer {
  readonly keys: JSONWebKeySet;
  /** @returns a token for this member of staff, valid for a quarter of an hour */
  sign(staff: string): Promise<string>;
}

/** @returns the issuer whose key lies in `issuer.json` of the data folder, readable by its owner alone; made when missing */
export async function openLocalIssuer(home: string): Promise<LocalIssuer> {
  let key = await readKey(home);
  if (!key) {
    await makeKey(home);
    key = await readKey(home);
  }
  if (!key) throw new Error(`${keyFile(home)} vanished`);
  const { d: _secret, ...open } = key;
  const publicKey: JWK = { ...open, alg: 'ES256', use: 'sig' };
  const signingKey = await importJWK(key, 'ES256');
  const { kid } = key;
  return {
    ...localIssuer,
    keys: { keys: [publicKey] },
    sign: (staff) =>
      new SignJWT({})
        .setProtectedHeader({ alg: 'ES256', kid })
        .setIssuer(localIssuer.issuer)
        .setAudience(localIssuer.audience)
        .setSubject(staff)
        .setIssuedAt()
        .setExpirationTime(`${lifeSeconds}s`)
        .sign(signingKey),
  };
}
