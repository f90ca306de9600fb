import { Command } from 'commander';
import { PlainError } from '../../local/plain-error.ts';
import type { StoreDeps } from '../../store/deps.ts';
import { holdOutgoing, outgoingHold, releaseOutgoing } from '../../store/outgoing.ts';
import { waitingToLeave, type ToLeave } from '../../store/waiting-to-leave.ts';
import { agreed } from '../agreed.ts';
import { localTextIn } from '../local-text.ts';
import { byOption, personHere } from '../person-here.ts';
import { say, withStore } from '../run.ts';
import { alignedTable } from '../table.ts';

const kinds: Readonly<Record<ToLeave['kind'], string>> = {
  notice: '通知 notice',
  outsideWork: '外部事务 outside work',
};

/** `yilu outgoing status|hold|release`: what leaves, held after a restore until a person lets it go. */
export function outgoingCommand(): Command {
  const command = new Command('outgoing').description(
    '对外发送（通知、外部事务）：查看、暂停、放行 / what leaves, messages and outside work: see, hold, release',
  );
  command
    .command('status', { isDefault: true })
    .description('是否暂停、有多少在等 / whether it is held, and what waits')
    .action(() =>
      withStore(async (store) => {
        await tellHold(store);
        await tellWaiting(store);
      }),
    );
  command
    .command('hold')
    .description('暂停全部对外发送 / hold everything that leaves')
    .requiredOption('--reason <text>', '原因 / why')
    .option(...byOption)
    .action(({ reason, by }: { readonly reason: string; readonly by?: string }) =>
      withStore(async (store) => {
        if (reason.trim() === '') throw new PlainError('请写明原因。', 'Say why with --reason.');
        if (!(await holdOutgoing(store, reason.trim(), personHere(by))))
          say('早已暂停，保留原来的原因', 'held before; its reason stays');
        await tellHold(store);
      }),
    );
  command
    .command('release')
    .description('放行：先列出将发出什么，再询问 / let it go: lists what will go, then asks')
    .option('--yes', '不询问，直接放行 / release without asking')
    .option(...byOption)
    .action((options: { readonly yes?: true; readonly by?: string }) =>
      withStore((store) => release(store, options)),
    );
  return command;
}

async function release(
  store: StoreDeps,
  { yes, by }: { readonly yes?: true; readonly by?: string },
): Promise<void> {
  if (!(await tellHold(store))) return;
  await tellWaiting(store);
  if (!yes) {
    if (!process.stdin.isTTY)
      throw new PlainError(
        '这里无法询问是否放行：核对以上各项后，加 --yes 再执行；没有放行。',
        'There is nobody to ask here: look through the above, then run this again with --yes. Nothing was released.',
      );
    if (!(await agreed('放行？发出的无法收回。 / Release? What has left cannot be called back.'))) return;
  }
  const who = personHere(by);
  const journeys = await releaseOutgoing(store, who);
  say(
    `已由 ${who} 放行，${journeys} 个旅程的外部事务将继续`,
    `released by ${who}; outside work of ${journeys} journeys goes on`,
  );
}

async function tellHold(store: StoreDeps): Promise<boolean> {
  const hold = await outgoingHold(store);
  if (!hold) {
    say('对外发送未暂停', 'outgoing is not held');
    return false;
  }
  const time = localTextIn((await store.calendar()).zone);
  say(
    `对外发送自 ${time(hold.since)} 起暂停（${hold.by}）`,
    `outgoing is held since ${time(hold.since)} (${hold.by})`,
  );
  console.log(hold.reason);
  return true;
}

async function tellWaiting(store: StoreDeps): Promise<void> {
  const { notices, outsideWork, oldest } = await waitingToLeave(store);
  say(
    `等待发出：${notices} 条通知，${outsideWork} 件外部事务`,
    `waiting to leave: ${notices} notices, ${outsideWork} pieces of outside work`,
  );
  if (oldest.length === 0) return;
  const time = localTextIn((await store.calendar()).zone);
  console.log(
    alignedTable(oldest.map(({ kind, journey, what, since }) => [time(since), kinds[kind], what, journey])),
  );
  const more = notices + outsideWork - oldest.length;
  if (more > 0) say(`  以及 ${more} 件较晚的`, `and ${more} later ones`);
}
