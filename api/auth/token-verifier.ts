import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  jwtVerify,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from 'jose';

/** Why a token is not taken; the text for people is made where it is answered. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
  readonly why: 'expired' | 'invalid';
  constructor(why: 'expired' | 'invalid', cause: unknown) {
    super(`token ${why}`, { cause });
    this.why = why;
  }
}

/** The issuer's keys cannot be fetched now: nobody can be told apart from anybody. */
export class IssuerUnavailable extends Error {
  override readonly name = 'IssuerUnavailable';
}

/**
 * @returns the subject of a token that the trusted issuer made for this audience and that has not expired
 * @throws TokenRefused, IssuerUnavailable
 */
export type TokenVerifier = (token: string) => Promise<{ readonly subject: string }>;

export interface TrustedIssuer {
  readonly issuer: string;
  readonly audience: string;
  /** The issuer's keys, or where they are published. */
  readonly keys: JSONWebKeySet | URL;
}

/** Asymmetric only: whoever can verify must not be able to sign. */
const algorithms = ['ES256', 'ES384', 'EdDSA', 'RS256', 'PS256'];

/** A signature is not checked anew for every request of a busy person; a key that was withdrawn counts so long at most. */
const knownForMs = 60_000;
const mostKnown = 5_000;

export function createTokenVerifier({ issuer, audience, keys }: TrustedIssuer): TokenVerifier {
  const find: JWTVerifyGetKey =
    keys instanceof URL
      ? createRemoteJWKSet(keys, { timeoutDuration: 2_000, cooldownDuration: 10_000 })
      : createLocalJWKSet(keys);
  const good = new Map<string, { readonly subject: string; readonly until: number }>();
  return async (token) => {
    const known = good.get(token);
    if (known && Date.now() < known.until) return { subject: known.subject };
    good.delete(token);
    try {
      const { payload } = await jwtVerify(token, find, {
        issuer,
        audience,
        algorithms,
        clockTolerance: 5,
        requiredClaims: ['sub', 'exp'],
      });
      if (!payload.sub) throw new TokenRefused('invalid', undefined);
      if (good.size >= mostKnown) good.clear();
      const until = Math.min((payload.exp ?? 0) * 1_000, Date.now() + knownForMs);
      good.set(token, { subject: payload.sub, until });
      return { subject: payload.sub };
    } catch (error) {
      if (error instanceof TokenRefused) throw error;
      if (error instanceof errors.JWTExpired) throw new TokenRefused('expired', error);
      if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError))
        throw new IssuerUnavailable('the keys of the token issuer cannot be fetched', { cause: error });
      throw new TokenRefused('invalid', error);
    }
  };
}
