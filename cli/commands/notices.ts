import { randomUUID } from 'node:crypto';
import { Command, Option } from 'commander';
import { zoneClock } from '../../domain/calendar/zone-clock.ts';
import { fateOf, noticeStatuses, type NoticeStatus } from '../../domain/messaging/fate.ts';
import { locales, type Locale } from '../../domain/model/localized.ts';
import { channels, type Channel } from '../../domain/model/message.ts';
import { roleDescriptions } from '../../domain/model/role.ts';
import { PlainError } from '../../local/plain-error.ts';
import type { Caller } from '../../store/caller.ts';
import type { StoreDeps } from '../../store/deps.ts';
import { districtOfJourney } from '../../store/find-resident.ts';
import { noticesOfMessage, orderNotice, type NoticeOrder } from '../../store/messages/notice-actions.ts';
import { noticeList, type NoticeQuery } from '../../store/messages/notice-list.ts';
import type { NoticeView } from '../../store/messages/notice-view.ts';
import { allOrganisations } from '../../store/organisations.ts';
import { findPerson } from '../find-person.ts';
import { localTextIn } from '../local-text.ts';
import { byOption, personHere } from '../person-here.ts';
import { programCaller } from '../program-caller.ts';
import { exitCodes, say, withStore } from '../run.ts';
import { alignedTable } from '../table.ts';

interface ListOptions {
  readonly journey?: string;
  readonly resident?: string;
  readonly status?: NoticeStatus;
  readonly channel?: Channel;
  readonly limit: string;
  readonly locale: Locale;
  readonly json?: true;
}

interface OrderOptions {
  readonly reason?: string;
  readonly again?: true;
  readonly by?: string;
}

const locale = (): Option =>
  new Option('--locale <locale>', '语言 / language').choices(locales).default('zh');

/** `yilu notices list|retry|cancel`: what became of what journeys called for, and what a person can do about it. */
export function noticesCommand(): Command {
  const command = new Command('notices').description(
    '通知：查看结果、重发、取消 / notices: what became of them; send again; cancel',
  );
  command
    .command('list')
    .description(
      '列出通知及其结果，应发时间晚的在前 / list notices and what became of them, the one due last first',
    )
    .option('--journey <id>', '旅程编号 / of one journey')
    .option('--resident <who>', '居民的编号或身份证号 / of one resident: id or identity number')
    .addOption(new Option('--status <status>', '状态 / status').choices(noticeStatuses))
    .addOption(new Option('--channel <channel>', '渠道 / channel').choices(channels))
    .option('--limit <n>', '最多几条 / at most so many', '50')
    .addOption(locale())
    .option('--json', '每行一个 JSON / JSON lines')
    .action((options: ListOptions) => withStore((store) => list(store, options)));
  command
    .command('retry')
    .description(
      '重发失败的通知；按现在的联系方式，各渠道重新尝试 / send a notice again that failed, by the address on record now, on every channel',
    )
    .argument('<key>', '通知的键，或消息的编号 / key of a notice, or id of a message')
    .option('--reason <text>', '原因 / why')
    .option(
      '--again',
      '是否送达不明的也再发：对方可能收到两次，须写 --reason / also one that may have arrived: it may arrive twice; needs --reason',
    )
    .option(...byOption)
    .action((what: string, options: OrderOptions) =>
      withStore((store) => order(store, 'retry', what, options)),
    );
  command
    .command('cancel')
    .description('取消尚未发出的通知 / cancel a notice that has not left')
    .argument('<key>', '通知的键，或消息的编号 / key of a notice, or id of a message')
    .requiredOption('--reason <text>', '原因 / why')
    .option(...byOption)
    .action((what: string, options: OrderOptions) =>
      withStore((store) => order(store, 'cancel', what, options)),
    );
  return command;
}

/** A person at the machine sees every district. */
async function callers(store: StoreDeps, of: { journey?: string; resident?: string }): Promise<Caller[]> {
  if (of.journey !== undefined) {
    const district = await districtOfJourney(store, of.journey);
    if (district === null)
      throw new PlainError(`没有编号为“${of.journey}”的旅程。`, `There is no journey "${of.journey}".`);
    return [programCaller('cli', district)];
  }
  const districts = (await allOrganisations(store)).filter(({ level }) => level === 'district');
  return districts.map(({ id }) => programCaller('cli', id));
}

async function list(store: StoreDeps, options: ListOptions): Promise<void> {
  const most = Number(options.limit);
  if (!Number.isInteger(most) || most < 1)
    throw new PlainError('--limit 应为正整数。', '--limit should be a whole number above 0.');
  const resident =
    options.resident === undefined ? undefined : (await findPerson(store, options.resident)).id;
  const { journey, status, channel } = options;
  const query: NoticeQuery = {
    ...(journey !== undefined && { journey }),
    ...(resident !== undefined && { resident }),
    ...(status !== undefined && { status }),
    ...(channel !== undefined && { channel }),
  };
  const found: NoticeView[] = [];
  for (const caller of await callers(store, options))
    for (let cursor: string | undefined, left = most; left > 0;) {
      const page = await noticeList(store, caller, {
        ...query,
        limit: Math.min(left, 500),
        ...(cursor !== undefined && { cursor }),
      });
      found.push(...page.items);
      left -= page.items.length;
      if (page.next === null) break;
      cursor = page.next;
    }
  const shown = found.toSorted((a, b) => b.dueAt - a.dueAt).slice(0, most);
  if (options.json) for (const notice of shown) console.log(JSON.stringify(notice));
  else await tell(store, shown, options.locale);
}

async function tell(store: StoreDeps, shown: readonly NoticeView[], locale: Locale): Promise<void> {
  const { zone } = await store.calendar();
  const [time, clock] = [localTextIn(zone), zoneClock(zone)];
  const to = ({ recipientKind, recipientRole }: NoticeView): string =>
    recipientKind === 'resident' || recipientRole === null
      ? { zh: '居民', en: 'resident' }[locale]
      : roleDescriptions[recipientRole].title[locale];
  if (shown.length > 0)
    console.log(
      alignedTable(
        shown.map((notice) => [
          time(notice.dueAt),
          notice.resident.name,
          to(notice),
          fateOf(notice, clock)[locale],
          notice.key,
        ]),
      ),
    );
  say(`共 ${shown.length} 条`, `${shown.length} notices`);
}

const isMessage = (what: string): boolean => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu.test(what);

interface Found {
  readonly caller: Caller;
  readonly key: string;
}

async function find(store: StoreDeps, what: string): Promise<Found[]> {
  const all = await callers(store, {});
  if (!isMessage(what)) {
    const district = await districtOfJourney(store, what.split('/')[0] ?? '');
    return all
      .filter(({ organisation }) => organisation === district)
      .map((caller) => ({ caller, key: what }));
  }
  const found: Found[] = [];
  for (const caller of all)
    for (const key of await noticesOfMessage(store, caller, what.toLowerCase())) found.push({ caller, key });
  return found;
}

async function order(
  store: StoreDeps,
  action: NoticeOrder['action'],
  what: string,
  options: OrderOptions,
): Promise<void> {
  const reason = options.reason?.trim() ?? '';
  if (action === 'cancel' && reason === '')
    throw new PlainError('请用 --reason 写明原因。', 'Say why with --reason.');
  const found = await find(store, what.trim());
  if (found.length === 0)
    throw new PlainError(
      `没有键为“${what}”的通知，也没有这一编号的、带有通知的消息。用 yilu notices list 查看。`,
      `There is no notice "${what}", and no message of that id that carries one. See yilu notices list.`,
    );
  for (const { caller, key } of found) {
    const answer = await orderNotice(store, caller, {
      ...{ action, notice: key, by: personHere(options.by), idempotencyKey: `cli/${randomUUID()}` },
      ...(reason !== '' && { reason }),
      ...(options.again && { again: true }),
    });
    if ('refused' in answer) {
      process.exitCode = exitCodes.notDone;
      const zh = answer.refused === 'MayArriveTwice' ? '（--again --reason "…"）' : '';
      console.error(`${key}\n  ${answer.message.zh}${zh}\n  ${answer.message.en}`);
    } else if (action === 'retry') say(`${key}：将重新发送`, 'waits to leave again');
    else say(`${key}：已取消，不再发出`, 'cancelled, and does not leave');
  }
}
