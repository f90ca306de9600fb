import { createMiddleware } from 'hono/factory';
import type { Caller } from '../../store/caller.ts';
import type { StoreDeps } from '../../store/deps.ts';
import { callerOf } from '../../store/staff.ts';
import type { ApiEnv } from '../context.ts';
import { unauthenticated, unavailable } from '../problem/known-problems.ts';
import { Problem } from '../problem/problem.ts';
import { IssuerUnavailable, TokenRefused, type TokenVerifier } from './token-verifier.ts';

/** How long a person who was removed from the staff may go on. */
const callerAgeMs = 5_000;
const mostCallers = 5_000;

/** Role and organisation come from the staff table, whatever the token says; asked again every few seconds. */
export function callerReader(store: Pick<StoreDeps, 'pool'>): (subject: string) => Promise<Caller | null> {
  const known = new Map<string, { readonly caller: Caller; readonly until: number }>();
  return async (subject) => {
    const found = known.get(subject);
    if (found && performance.now() < found.until) return found.caller;
    const caller = await callerOf(store, subject);
    known.delete(subject);
    if (!caller) return null;
    if (known.size >= mostCallers) known.clear();
    known.set(subject, { caller, until: performance.now() + callerAgeMs });
    return caller;
  };
}

const header = /^Bearer +([\w.~+/-]+=*)$/iu;

/** Lets through whoever brings a good token and stands in the staff table. */
export function authenticate(store: Pick<StoreDeps, 'pool'>, verify: TokenVerifier) {
  const read = callerReader(store);
  return createMiddleware<ApiEnv>(async (c, next) => {
    const token = header.exec(c.req.header('authorization') ?? '')?.[1];
    if (token === undefined)
      throw unauthenticated('TokenMissing', {
        zh: '请在 Authorization: Bearer <令牌> 中提供令牌；本机可用 npx yilu token --user <工号> 获取。',
        en: 'Send a token as Authorization: Bearer <token>; on a laptop, npx yilu token --user <staff code> prints one.',
      });
    const { subject } = await verify(token).catch((error: unknown) => {
      if (error instanceof TokenRefused) throw refusal(error);
      if (error instanceof IssuerUnavailable) throw new Problem(unavailable(5));
      throw error;
    });
    const caller = await read(subject);
    if (!caller)
      throw unauthenticated('StaffUnknown', {
        zh: '令牌有效，但此人不在人员名单中或已停用；请联系管理员。',
        en: 'The token is good, but this person is not on the staff list, or no longer; ask an administrator.',
      });
    c.set('caller', caller);
    await next();
  });
}

const refusal = ({ why }: TokenRefused): Problem =>
  why === 'expired'
    ? unauthenticated('TokenExpired', {
        zh: '令牌已过期，请重新登录或获取新的令牌。',
        en: 'The token has expired; sign in again or get a new one.',
      })
    : unauthenticated('TokenInvalid', {
        zh: '令牌无效：签发者、受众或签名不符。',
        en: 'The token is not valid: its issuer, audience or signature is not the one trusted here.',
      });
