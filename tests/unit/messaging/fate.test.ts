import { describe, expect, it } from 'vitest';
import { zoneClock } from '../../../domain/calendar/zone-clock.ts';
import { fateOf, type MessageFacts, type NoticeFacts } from '../../../domain/messaging/fate.ts';
import { maskedAddress } from '../../../domain/messaging/masked-address.ts';

const clock = zoneClock('Asia/Shanghai');
const at = (text: string): number => Date.parse(`${text}+08:00`);

const message = (some: Partial<MessageFacts>): MessageFacts => ({
  channel: 'sms',
  kind: 'notice',
  status: 'sent',
  sentAt: at('2026-01-05T10:02'),
  deliveredAt: null,
  finishedAt: null,
  error: null,
  badAddress: false,
  ...some,
});
const notice = (some: Partial<NoticeFacts>): NoticeFacts => ({
  status: 'sent',
  recipientKind: 'resident',
  dueAt: at('2026-01-05T08:12'),
  holdReason: null,
  heldUntil: null,
  error: null,
  messages: [],
  actions: [],
  ...some,
});
const gone = { status: 'failed', error: 'no-such-number', badAddress: true } as const;

describe('what became of a notice, in words', () => {
  it.each<[zh: string, en: string, Partial<NoticeFacts>]>([
    [
      '短信已送达 08:12',
      'SMS delivered 08:12',
      {
        status: 'delivered',
        messages: [message({ status: 'delivered', deliveredAt: at('2026-01-05T08:12') })],
      },
    ],
    [
      '短信已发出 2026-01-06 08:00',
      'SMS sent 2026-01-06 08:00',
      { messages: [message({ sentAt: at('2026-01-06T08:00') })] },
    ],
    [
      '短信失败：号码不存在或无法接收（no-such-number） → 由中心更正联系方式',
      'SMS failed: there is no such number (no-such-number) → the centre corrects the contact details',
      { status: 'failed', error: 'no-such-number', messages: [message(gone)] },
    ],
    [
      '短信失败：号码不存在或无法接收（no-such-number）；邮件已送达 10:05',
      'SMS failed: there is no such number (no-such-number); email delivered 10:05',
      {
        status: 'delivered',
        messages: [
          message(gone),
          message({ channel: 'email', status: 'delivered', deliveredAt: at('2026-01-05T10:05') }),
        ],
      },
    ],
    [
      '短信失败：号码不存在或无法接收（no-such-number）；等待发出',
      'SMS failed: there is no such number (no-such-number); waits to leave',
      { status: 'queued', messages: [message(gone)] },
    ],
    ['等待发出', 'waits to leave', { status: 'queued' }],
    ['短信等待发出', 'SMS waits to leave', { status: 'queued', messages: [message({ status: 'queued' })] }],
    ['短信正在发送', 'SMS is being sent', { status: 'sending', messages: [message({ status: 'claimed' })] }],
    [
      '免打扰时段，2026-01-06 08:00 发出',
      'quiet hours, leaves 2026-01-06 08:00',
      { status: 'held', holdReason: 'quiet-hours', heldUntil: at('2026-01-06T08:00') },
    ],
    [
      '对外发送已暂停，待人放行',
      'everything that leaves is held until a person releases it',
      { status: 'held', holdReason: 'outgoing-held' },
    ],
    [
      '失败：档案中没有可用的号码或邮箱 → 由中心更正联系方式',
      'failed: there is no number or address on record → the centre corrects the contact details',
      { status: 'failed', error: 'no-address' },
    ],
    [
      '失败：该岗位及替补人员都没有联系方式 → 请登记联系方式或替补',
      'failed: neither they nor anybody who stands in has an address → register an address, or somebody who stands in',
      { status: 'failed', error: 'nobody-reachable', recipientKind: 'staff' },
    ],
    [
      '短信失败：模板未在短信网关登记 → 请在短信网关登记模板',
      'SMS failed: its template is not registered with the gateway → register the template with the gateway',
      { status: 'failed', messages: [message({ status: 'failed', error: 'template-not-registered' })] },
    ],
    [
      '短信是否送达不明：网关没有答复（ETIMEDOUT） → 由中心核实，不自动重发',
      'SMS may or may not have arrived: the gateway did not answer (ETIMEDOUT) → the centre asks them; it is not sent again by itself',
      { status: 'unknown', messages: [message({ status: 'unknown', error: 'ETIMEDOUT' })] },
    ],
    [
      '已取消：已电话告知',
      'cancelled: 已电话告知',
      { status: 'superseded', actions: [{ action: 'cancel', reason: '已电话告知' }] },
    ],
    [
      '已无必要，不再发出',
      'pointless by then, and not sent',
      { status: 'superseded', messages: [message({ status: 'superseded' })] },
    ],
    ['已过期，没有发出', 'too late, and not sent', { status: 'expired' }],
  ])('%s', (zh, en, some) => {
    expect(fateOf(notice(some), clock)).toEqual({ zh, en });
  });
});

it.each([
  ['+8613800001234', '138****1234'],
  ['+447700900123', '+44****0123'],
  ['12345', '****'],
  ['anna@example.org', 'a***@example.org'],
  ['@example.org', '@ex****.org'],
])('%s is shown as %s', (address, masked) => expect(maskedAddress(address)).toBe(masked));
