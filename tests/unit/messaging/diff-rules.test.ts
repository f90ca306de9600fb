import { expect, it } from 'vitest';
import { readRules } from '../../../authoring/read-rules.ts';
import { diffRules } from '../../../domain/messaging/diff-rules.ts';
import { defaultMessagingRules, type MessagingRules } from '../../../domain/messaging/rules.ts';

const t = (text: string) => ({ zh: text, en: text });
const registration = {
  provider: 'aliyun' as const,
  template: 'welcome',
  locale: 'zh' as const,
  code: 'SMS_1',
  signature: '示例',
};
const diff = (before: Partial<MessagingRules>, after: Partial<MessagingRules>) =>
  diffRules({ ...defaultMessagingRules, ...before }, { ...defaultMessagingRules, ...after });

it('rules that say the same do not differ', () => expect(diff({}, {})).toEqual([]));

it.each<[path: string, kind: string, zh: string, Partial<MessagingRules>, Partial<MessagingRules>]>([
  ['perDay', 'changed', '每人每天至多几条：由 3 改为 2', {}, { perDay: 2 }],
  [
    'quietHours',
    'changed',
    '免打扰时段：由 20:00–08:00 改为 21:00–07:30',
    {},
    { quietHours: { from: '21:00', until: '07:30' } },
  ],
  ['channels', 'changed', '渠道顺序：由 sms → email 改为 email', {}, { channels: ['email'] }],
  [
    'clinicalWords/瘤',
    'removed',
    '删除短信禁用词 瘤',
    { clinicalWords: ['癌', '瘤'] },
    { clinicalWords: ['癌'] },
  ],
  [
    'templates/*/welcome/sms/en',
    'changed',
    '文字 */welcome/sms/en：由 a 改为 b',
    { templates: { '*': { welcome: { subject: t('s'), body: t('b'), sms: { zh: 'a', en: 'a' } } } } },
    { templates: { '*': { welcome: { subject: t('s'), body: t('b'), sms: { zh: 'a', en: 'b' } } } } },
  ],
  [
    'registrations/aliyun/*/welcome/zh',
    'added',
    '新增模板登记 aliyun/*/welcome/zh：SMS_1【示例】',
    {},
    { registrations: [registration] },
  ],
])('%s %s', (path, kind, zh, before, after) => {
  expect(diff(before, after)).toEqual([{ kind, path, message: { zh, en: expect.any(String) as string } }]);
});

const nine = (of: string): string => `[${Array.from({ length: 9 }, () => of).join(', ')}]`;
const bomb = 'bcdefgh'
  .split('')
  .reduce(
    (text, name, i) => `${text}${name}: &${name} ${nine(`*${'abcdefg'[i]}`)}\n`,
    `a: &a ${nine('x')}\n`,
  );

it.each([
  ['an empty file', '', 1, 1],
  ['a list', '- perDay: 3\n', 1, 1],
  ['a comment alone', '# perDay: 3\n', 1, 1],
  ['a text that unfolds without end', bomb, 1, 1],
  ['a number that is none', 'digestAt: "08:00"\nperDay: many\n', 2, 9],
])('%s is no rules, and the place is said', (_name, text, line, column) => {
  const { rules, problems } = readRules(text, { file: 'rules.yaml', definitions: [] });
  expect(rules).toBeUndefined();
  expect(problems[0]).toMatchObject({ severity: 'error', line, column });
});
