import { Command } from 'commander';
import { openLocalIssuer } from '../../api/auth/local-issuer.ts';
import { homeFolder, readRunning } from '../../local/home.ts';
import { StoreUnavailable } from '../../store/errors.ts';
import { openStore } from '../../store/open-store.ts';
import { allStaff, callerOf } from '../../store/staff.ts';

const examples = 12;

async function print(user: string, command: Command): Promise<void> {
  const fail = (message: string): never => command.error(message, { exitCode: 2 });
  if (process.env['OIDC_ISSUER'])
    fail(
      '已设置 OIDC_ISSUER：令牌由区级身份系统签发。 / OIDC_ISSUER is set: tokens come from the identity provider.',
    );
  const url = process.env['DATABASE_URL'] || (await readRunning())?.environment['DATABASE_URL'];
  if (url === undefined)
    return fail(
      '找不到数据库：请先运行 npm start，或设置 DATABASE_URL。 / No database: run npm start first, or set DATABASE_URL.',
    );
  const store = openStore(url, { release: 'cli', max: 1 });
  try {
    const caller = await callerOf(store, user);
    if (caller) {
      const { sign } = await openLocalIssuer(homeFolder());
      process.stdout.write(`${await sign(caller.staff)}\n`);
      return;
    }
    const known = (await allStaff(store)).filter(({ active }) => active);
    const some = known.slice(0, examples).map(({ code, name, role }) => `  ${code}  ${name}  ${role}`);
    fail(
      [
        `人员名单中没有“${user}”。 / There is no "${user}" on the staff list.`,
        known.length === 0
          ? '名单为空；请先运行 npx yilu staff import。 / The list is empty: run npx yilu staff import first.'
          : `可用的工号 / codes that would do (${known.length}):`,
        ...some,
        ...(known.length > examples ? ['  …'] : []),
      ].join('\n'),
    );
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    fail(error.message);
  } finally {
    await store.pool.end();
  }
}

/** `yilu token --user <code>`: a token for the API on standard output, valid for a quarter of an hour. */
export const tokenCommand = (): Command =>
  new Command('token')
    .description('签发本机短期令牌（15 分钟） / print a short-lived token for the local API')
    .requiredOption('--user <code>', '人员工号 / code of a member of staff')
    .action((options: { user: string }, command: Command) => print(options.user, command));
