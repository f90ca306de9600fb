import { Command, Option } from 'commander';
import { locales, type Locale } from '../../domain/model/localized.ts';
import { PlainError } from '../../local/plain-error.ts';
import type { StoreDeps } from '../../store/deps.ts';
import { markReplyRead, replyList, type ReplyItem } from '../../store/messages/replies.ts';
import { allOrganisations } from '../../store/organisations.ts';
import { localTextIn } from '../local-text.ts';
import { byOption, personHere } from '../person-here.ts';
import { programCaller } from '../program-caller.ts';
import { say, withStore } from '../run.ts';
import { alignedTable } from '../table.ts';

interface ListOptions {
  readonly all?: true;
  readonly locale: Locale;
  readonly json?: true;
}

/** `yilu replies list|read`: what residents wrote back that no rule understood. */
export function repliesCommand(): Command {
  const command = new Command('replies').description('居民的短信回复 / what residents wrote back');
  command
    .command('list', { isDefault: true })
    .description(
      '没有规则能理解、也没有人读过的，新的在前 / what no rule understood and nobody has read, the newest first',
    )
    .option('--all', '全部回复 / every reply')
    .addOption(new Option('--locale <locale>', '语言 / language').choices(locales).default('zh'))
    .option('--json', '每行一个 JSON / JSON lines')
    .action((options: ListOptions) => withStore((store) => list(store, options)));
  command
    .command('read')
    .description('记为已读 / say that they were read')
    .argument('<id...>', '编号，见列表首列 / ids, as the first column of the list has them')
    .option(...byOption)
    .action((ids: string[], { by }: { readonly by?: string }) =>
      withStore((store) => read(store, ids, personHere(by))),
    );
  return command;
}

/** A person at the machine sees every district. */
const callers = async (store: StoreDeps) =>
  (await allOrganisations(store))
    .filter(({ level }) => level === 'district')
    .map(({ id }) => programCaller('cli', id));

async function list(store: StoreDeps, { all, locale, json }: ListOptions): Promise<void> {
  const found: ReplyItem[] = [];
  for (const caller of await callers(store))
    found.push(...(await replyList(store, caller, { unread: !all, limit: 500 })).items);
  const shown = found.toSorted((a, b) => b.id - a.id);
  if (json) {
    for (const reply of shown) console.log(JSON.stringify(reply));
    return;
  }
  const time = localTextIn((await store.calendar()).zone);
  const unread = { zh: '未读', en: 'unread' }[locale];
  if (shown.length > 0)
    console.log(
      alignedTable(
        shown.map(({ id, receivedAt, resident, text, forAPerson, readAt, journeys }) => [
          String(id),
          time(receivedAt),
          resident.name,
          JSON.stringify(text),
          forAPerson && readAt === null ? unread : '',
          journeys.join(' '),
        ]),
      ),
    );
  say(`共 ${shown.length} 条`, `${shown.length} replies`);
}

async function read(store: StoreDeps, ids: readonly string[], by: string): Promise<void> {
  const everybody = await callers(store);
  for (const id of ids) {
    let isFound = false;
    if (/^[1-9]\d{0,14}$/u.test(id))
      for (const caller of everybody)
        isFound = (await markReplyRead(store, caller, Number(id), by)) || isFound;
    if (!isFound)
      throw new PlainError(
        `没有编号为“${id}”的回复；用 yilu replies 查看。`,
        `There is no reply "${id}"; see yilu replies.`,
      );
    say(`${id}：已读`, 'read');
  }
}
