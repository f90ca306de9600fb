import type { ZoneClock } from '../calendar/zone-clock.ts';
import { civilText } from '../calendar/civil-day.ts';
import { assertNever } from '../model/assert-never.ts';
import { say, type Localized } from '../model/localized.ts';
import type { Channel } from '../model/message.ts';
import { failureWords } from './failure-words.ts';

export const noticeStatuses = [
  ...(['queued', 'held', 'sending', 'sent', 'delivered', 'failed', 'unknown'] as const),
  ...(['superseded', 'suppressed', 'expired'] as const),
] as const;
export type NoticeStatus = (typeof noticeStatuses)[number];

export const messageStatuses = [
  ...(['queued', 'claimed', 'sending', 'sent', 'delivered', 'failed', 'unknown'] as const),
  ...(['superseded', 'suppressed', 'expired'] as const),
] as const;
export type MessageStatus = (typeof messageStatuses)[number];

/** A message as far as its fate goes; instants in UTC epoch milliseconds. */
export interface MessageFacts {
  readonly channel: Channel;
  readonly kind: 'notice' | 'digest';
  readonly status: MessageStatus;
  readonly sentAt: number | null;
  readonly deliveredAt: number | null;
  readonly finishedAt: number | null;
  readonly error: string | null;
  readonly badAddress: boolean;
}

/** A notice as far as its fate goes. */
export interface NoticeFacts {
  readonly status: NoticeStatus;
  readonly recipientKind: 'resident' | 'staff';
  readonly dueAt: number;
  readonly holdReason: string | null;
  readonly heldUntil: number | null;
  readonly error: string | null;
  /** In the order in which they were made. */
  readonly messages: readonly MessageFacts[];
  /** What people did about it, the oldest first. */
  readonly actions: readonly { readonly action: 'retry' | 'cancel'; readonly reason: string | null }[];
}

const names: Readonly<Record<MessageFacts['kind'], Readonly<Record<Channel, Localized>>>> = {
  notice: { sms: say('短信', 'SMS'), email: say('邮件', 'email') },
  digest: { sms: say('摘要短信', 'digest by SMS'), email: say('摘要邮件', 'digest by email') },
};

const holds: Readonly<Record<string, Localized>> = {
  'quiet-hours': say('免打扰时段', 'quiet hours'),
  'public-holiday': say('公休日', 'a public holiday'),
  'routine-hour': say('等到常规发送时刻', 'it waits for the hour of routine messages'),
  'daily-limit': say('当天已发满', 'there were enough messages that day'),
  digest: say('列入工作摘要', 'it goes with the digest'),
};

type TimeText = (at: number | null) => string;

/** @returns a text of the local time, with its day when that is not the day given; empty for null */
const timeTextOf =
  (clock: ZoneClock, dueAt: number): TimeText =>
  (at) => {
    if (at === null) return '';
    const day = clock.dayOf(at);
    const minutes = Math.floor((at - clock.instantOf(day, 0)) / 60_000);
    const two = (n: number): string => String(n).padStart(2, '0');
    const time = `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
    return day === clock.dayOf(dueAt) ? ` ${time}` : ` ${civilText(day)} ${time}`;
  };

/** @returns what became of one message; undefined when it never was to leave */
function messageFate(message: MessageFacts, time: TimeText): Localized | undefined {
  const { status, channel, kind, error, badAddress } = message;
  const { zh, en } = names[kind][channel];
  switch (status) {
    case 'queued':
      return say(`${zh}等待发出`, `${en} waits to leave`);
    case 'claimed':
    case 'sending':
      return say(`${zh}正在发送`, `${en} is being sent`);
    case 'sent': {
      const at = time(message.sentAt);
      return say(`${zh}已发出${at}`, `${en} sent${at}`);
    }
    case 'delivered': {
      const at = time(message.deliveredAt);
      return say(`${zh}已送达${at}`, `${en} delivered${at}`);
    }
    case 'failed': {
      const why = failureWords(error, { channel, isBadAddress: badAddress });
      return say(`${zh}失败：${why.zh}`, `${en} failed: ${why.en}`);
    }
    case 'unknown': {
      const why = failureWords(error, { channel });
      return say(`${zh}是否送达不明：${why.zh}`, `${en} may or may not have arrived: ${why.en}`);
    }
    case 'superseded':
    case 'suppressed':
    case 'expired':
      return undefined;
    default:
      return assertNever(status);
  }
}

const underWay: readonly MessageStatus[] = ['queued', 'claimed', 'sending'];

/** @returns what of the notice no message says; undefined when its messages say it all */
function noticeFate(notice: NoticeFacts, time: TimeText, isToldByMessages: boolean): Localized | undefined {
  const { status, holdReason, error, actions, messages } = notice;
  switch (status) {
    case 'queued':
    case 'sending':
      return messages.some((message) => underWay.includes(message.status))
        ? undefined
        : say('等待发出', 'waits to leave');
    case 'held': {
      if (holdReason === 'outgoing-held')
        return say('对外发送已暂停，待人放行', 'everything that leaves is held until a person releases it');
      const why = holds[holdReason ?? ''] ?? say('暂缓', 'held');
      const at = time(notice.heldUntil);
      return at === '' ? why : say(`${why.zh}，${at.trim()} 发出`, `${why.en}, leaves${at}`);
    }
    case 'failed': {
      if (isToldByMessages) return undefined;
      const why = failureWords(error);
      return say(`失败：${why.zh}`, `failed: ${why.en}`);
    }
    case 'sent':
    case 'delivered':
      return isToldByMessages ? undefined : say('已发出', 'sent');
    case 'unknown':
      return isToldByMessages ? undefined : say('是否送达不明', 'may or may not have arrived');
    case 'superseded': {
      const last = actions.at(-1);
      const why = last?.action === 'cancel' ? last.reason : null;
      return why === null
        ? say('已无必要，不再发出', 'pointless by then, and not sent')
        : say(`已取消：${why}`, `cancelled: ${why}`);
    }
    case 'suppressed':
      return say(
        '不再打扰（本人拒收、未同意，或已故、已迁出），没有发出',
        'not sent: refused, not agreed to, or no longer looked after',
      );
    case 'expired':
      return say('已过期，没有发出', 'too late, and not sent');
    default:
      return assertNever(status);
  }
}

/** @returns who does what about it; undefined when nothing is to be done */
function remedy({ status, error, recipientKind, messages }: NoticeFacts): Localized | undefined {
  // Nobody is asked about a message to somebody who has died or wants none.
  const doubtful = messages.findLast((message) => message.status === 'unknown');
  if (status === 'unknown' && doubtful?.error === 'not-wanted') return undefined;
  if (status === 'unknown')
    return say('由中心核实，不自动重发', 'the centre asks them; it is not sent again by itself');
  if (status !== 'failed') return undefined;
  const last = messages.findLast((message) => message.status === 'failed');
  if ((last?.error ?? error) === 'template-not-registered')
    return say('请在短信网关登记模板', 'register the template with the gateway');
  if (recipientKind === 'staff')
    return say('请登记联系方式或替补', 'register an address, or somebody who stands in');
  if (last?.badAddress === true || error === 'no-address' || error === 'bad-address')
    return say('由中心更正联系方式', 'the centre corrects the contact details');
  return say('请另行联系居民', 'tell the resident another way');
}

/** @returns what became of a notice, in one sentence for whoever looks at the journey */
export function fateOf(notice: NoticeFacts, clock: ZoneClock): Localized {
  const time = timeTextOf(clock, notice.dueAt);
  // A message that waits may still leave, without what has been taken out of it.
  const isOver = ['superseded', 'suppressed', 'expired'].includes(notice.status);
  const carried = notice.messages.filter(({ status }) => !(isOver && status === 'queued'));
  const told = carried.flatMap((message) => messageFate(message, time) ?? []);
  const own = noticeFate(notice, time, told.length > 0);
  const parts = own ? [...told, own] : told;
  const then = remedy(notice);
  const after = then ? say(` → ${then.zh}`, ` → ${then.en}`) : say('', '');
  return say(
    parts.map(({ zh }) => zh).join('；') + after.zh,
    parts.map(({ en }) => en).join('; ') + after.en,
  );
}
