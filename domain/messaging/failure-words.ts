import { say, type Localized } from '../model/localized.ts';
import type { Channel } from '../model/message.ts';

const known: Readonly<Record<string, Localized>> = {
  'no-address': say('档案中没有可用的号码或邮箱', 'there is no number or address on record'),
  'bad-address': say('号码或邮箱早先已被退回', 'the number or address was found not to work before'),
  'no-provider': say('系统没有接入能用的发送渠道', 'no channel is set up that could carry it'),
  'nobody-reachable': say(
    '该岗位及替补人员都没有联系方式',
    'neither they nor anybody who stands in has an address',
  ),
  'template-not-registered': say('模板未在短信网关登记', 'its template is not registered with the gateway'),
  'opted-out': say('该号码已在网关退订', 'the number has opted out at the gateway'),
  'dispatcher-died': say('发送中途程序中断', 'the program was interrupted while it was being sent'),
  'too-late': say('网关迟迟没有答复，其间已过期', 'the gateway did not answer until it was too late'),
  'not-wanted': say(
    '网关没有答复，其间已不应再发，没有重发',
    'the gateway did not answer, and it was not sent again as nobody was to be told any more',
  ),
  'provider-gone': say('当时的网关已停用', 'the gateway that had it is not set up any more'),
};
const badAddress: Readonly<Record<Channel, Localized>> = {
  sms: say('号码不存在或无法接收', 'there is no such number'),
  email: say('邮箱不存在', 'there is no such mailbox'),
};
const exhausted = /^exhausted /u;
const silent = /TIMEDOUT|TIMEOUT|TimeoutError|ECONN|ESOCKET|EPIPE|AbortError/u;

/**
 * @param error as a notice or a message keeps it: a word of ours, or a provider's code
 * @returns why something did not arrive, as a person says it; a provider's own code stands in it
 */
export function failureWords(
  error: string | null,
  { channel, isBadAddress = false }: { readonly channel?: Channel; readonly isBadAddress?: boolean } = {},
): Localized {
  const code = (error ?? '').replace(exhausted, '');
  const found = Object.hasOwn(known, code) ? known[code] : undefined;
  if (found) return found;
  const shown = code === '' ? say('', '') : say(`（${code}）`, ` (${code})`);
  if (isBadAddress && channel)
    return say(badAddress[channel].zh + shown.zh, badAddress[channel].en + shown.en);
  if (silent.test(code)) return say(`网关没有答复${shown.zh}`, `the gateway did not answer${shown.en}`);
  if (code !== (error ?? ''))
    return say(`多次尝试未成功${shown.zh}`, `it was tried again and again${shown.en}`);
  return code === ''
    ? say('网关未说明原因', 'the gateway did not say why')
    : say(`网关不接受${shown.zh}`, `the gateway refuses it${shown.en}`);
}
