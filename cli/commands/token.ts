import { Command } from 'commander';
import { openLocalIssuer } from '../../api/auth/local-issuer.ts';
import { homeFolder } from '../../local/home.ts';
import { PlainError } from '../../local/plain-error.ts';
import type { StoreDeps } from '../../store/deps.ts';
import { allStaff, callerOf } from '../../store/staff.ts';
import { withStore } from '../run.ts';

/** So many codes show what one looks like. */
const shown = 12;

async function unknownUser(store: StoreDeps, user: string): Promise<PlainError> {
  const known = (await allStaff(store)).filter(({ active }) => active);
  if (known.length === 0)
    return new PlainError(
      `人员名单中没有“${user}”，名单为空；请先运行 npx yilu staff import。`,
      `There is no "${user}": the staff list is empty; run npx yilu staff import first.`,
    );
  const some = known.slice(0, shown).map(({ code, role }) => `${code} (${role})`);
  const list = `${some.join(', ')}${known.length > shown ? ' …' : ''}`;
  return new PlainError(
    `人员名单中没有“${user}”。可用的工号：${list}`,
    `There is no "${user}" on the staff list. Codes that would do: ${list}`,
  );
}

async function print(store: StoreDeps, user: string): Promise<void> {
  if (process.env['OIDC_ISSUER'])
    throw new PlainError(
      '已设置 OIDC_ISSUER：令牌由区级身份系统签发。',
      'OIDC_ISSUER is set: tokens come from the identity provider.',
    );
  const caller = await callerOf(store, user);
  if (!caller) throw await unknownUser(store, user);
  const issuer = await openLocalIssuer(homeFolder());
  process.stdout.write(`${await issuer.sign(caller.staff)}\n`);
}

/** `yilu token --user <code>`: a token for the API on standard output, valid for a quarter of an hour. */
export const tokenCommand = (): Command =>
  new Command('token')
    .description('签发本机短期令牌（15 分钟） / print a short-lived token for the local API')
    .requiredOption('--user <code>', '人员工号 / code of a member of staff')
    .action((options: { user: string }) => withStore((store) => print(store, options.user)));
