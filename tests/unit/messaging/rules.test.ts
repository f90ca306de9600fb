import { describe, expect, it } from 'vitest';
import { readRules } from '../../../authoring/read-rules.ts';
import { civilDay } from '../../../domain/calendar/civil-day.ts';
import { compileCalendar, officialCalendar } from '../../../domain/calendar/working-calendar.ts';
import { isPublicHoliday } from '../../../domain/calendar/public-holiday.ts';
import { checkMessagingRules } from '../../../domain/messaging/check-rules.ts';
import { composeForResident, type MessagePart } from '../../../domain/messaging/compose-message.ts';
import { previewOf } from '../../../domain/messaging/preview.ts';
import {
  defaultMessagingRules,
  messagingRulesSchema,
  type MessagingRules,
} from '../../../domain/messaging/rules.ts';
import { registrationFor, wordingFor } from '../../../domain/messaging/wording-for.ts';
import { smallSource } from '../../support/small-pathway.ts';

const t = (zh: string, en = zh) => ({ zh, en });
const rulesWith = (some: Partial<MessagingRules>): MessagingRules =>
  messagingRulesSchema.parse({ ...defaultMessagingRules, ...some });
const registered = (template: string, locale: 'zh' | 'en', more: object = {}) => ({
  provider: 'aliyun' as const,
  template,
  locale,
  code: 'SMS_1',
  signature: '示例',
  ...more,
});

describe('the rules for messages', () => {
  it('that ship are rules', () =>
    expect(messagingRulesSchema.parse(defaultMessagingRules)).toEqual(defaultMessagingRules));

  it.each([
    ['quietHours', { quietHours: { from: '08:00', until: '05:00' } }],
    ['quietHours', { quietHours: { from: '08:00', until: '08:00' } }],
    ['quietHours.from', { quietHours: { from: '8 am', until: '10:00' } }],
    ['routineAt', { routineAt: '07:59' }],
    ['routineAt', { routineAt: '20:00' }],
    ['routineAt', { quietHours: { from: '09:00', until: '11:00' } }],
    ['perDay', { perDay: 0 }],
    ['channels', { channels: [] }],
    ['channels', { channels: ['sms', 'sms'] }],
    ['validFor', { validFor: '3mo' }],
    ['validFor', { validFor: '91d' }],
    ['linkValidFor', { linkValidFor: '0d' }],
    ['templates.*.a.body', { templates: { '*': { a: { subject: t('a') } } } }],
    ['registrations.0.provider', { registrations: [registered('welcome', 'zh', { provider: 'none' })] }],
    ['', { curfew: '20:00' }],
  ])('are refused at %s', (path, some) => {
    const parsed = messagingRulesSchema.safeParse({ ...defaultMessagingRules, ...some });
    expect(parsed.error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
  });

  it.each<[string, Partial<MessagingRules>, string, string]>([
    [
      'an unknown pathway',
      { templates: { smal: {}, bigg: { welcome: { subject: t('a'), body: t('b') } } } },
      'unknown-pathway',
      'templates/bigg',
    ],
    [
      'an unknown template',
      { templates: { small: { welcom: { subject: t('a'), body: t('b') } } } },
      'unknown-template',
      'templates/small/welcom',
    ],
    [
      'an unknown variable',
      { templates: { '*': { welcome: { subject: t('a'), body: t('{dueDay}') } } } },
      'unknown-variable',
      'templates/*/welcome/body/zh',
    ],
    [
      'a word of the district’s own list',
      {
        clinicalWords: ['胸科'],
        templates: { '*': { welcome: { subject: t('a'), body: t('b'), sms: t('胸科') } } },
      },
      'clinical-word-in-sms',
      'templates/*/welcome/sms/zh',
    ],
    [
      'a variable that it leaves out',
      {
        templates: {
          '*': { 'reminder-staff': { subject: t('{stepTitle}'), body: t('{dueDate} {stepTitle}') } },
        },
      },
      'variable-left-out',
      'templates/*/reminder-staff/body/zh',
    ],
    [
      'a registration of no template',
      { registrations: [registered('welcom', 'zh')] },
      'unknown-template',
      'registrations/0/template',
    ],
    [
      'a registration of no pathway',
      { registrations: [registered('welcome', 'zh', { pathway: 'smal' })] },
      'unknown-pathway',
      'registrations/0/pathway',
    ],
    [
      'a registration given twice',
      { registrations: [registered('welcome', 'zh'), registered('welcome', 'zh', { pathway: '*' })] },
      'registered-twice',
      'registrations/1',
    ],
    [
      'a choice in a registered text',
      { registrations: [registered('digest-staff', 'en')] },
      'choice-in-registered-text',
      'registrations/0',
    ],
  ])('with %s are told so', (_name, some, code, path) => {
    const [problem] = checkMessagingRules(rulesWith(some), [smallSource]);
    expect(problem).toMatchObject({
      code,
      path: path.split('/').map((key) => (/^\d+$/u.test(key) ? Number(key) : key)),
    });
  });

  it('say which texts to residents a gateway would have to know and does not', () => {
    const names = (rules: MessagingRules, providers?: string[]): string[] =>
      checkMessagingRules(rules, [smallSource], providers ? { providers } : {})
        .filter(({ code }) => code === 'not-registered')
        .map(({ message }) => message.en.split('"')[1] ?? '');
    expect(names(rulesWith({}))).toEqual([]);
    const toResidents = ['welcome', 'reminder-resident', 'merged-resident', 'merged-resident-call'];
    expect(names(rulesWith({}), ['aliyun'])).toEqual(toResidents);
    expect(names(rulesWith({}), ['twilio'])).toEqual([]);
    expect(names(rulesWith({ channels: ['email'] }), ['aliyun'])).toEqual([]);
    const one = [registered('welcome', 'zh'), registered('welcome', 'en', { pathway: 'small' })];
    expect(names(rulesWith({ registrations: one }))).toEqual(toResidents.slice(1));
  });

  it('in a file are told with line and column, and what it leaves out is as it ships', () => {
    const read = (text: string) => readRules(text, { file: 'rules.yaml', definitions: [smallSource] });
    expect(read('perDay: 2\n').rules).toEqual({ ...defaultMessagingRules, perDay: 2 });
    expect(read('perDay: 2\nroutineAt: "21:00"\n').problems).toMatchObject([{ line: 2, column: 12 }]);
    expect(read('perDay: 2\ncurfew: "21:00"\n').problems).toMatchObject([{ line: 2, column: 1 }]);
    expect(read('perDay: [\n').problems).toMatchObject([{ code: 'yaml' }]);
    expect(
      read('templates:\n  small:\n    welcom: { subject: { zh: a, en: a }, body: { zh: b, en: b } }\n'),
    ).toMatchObject({
      problems: [{ code: 'unknown-template', line: 3, column: 5 }],
    });
  });

  it.each([
    [
      'publicHolidays: perhaps',
      '“publicHolidays”不合规则。',
      '应为其中之一：send、wait。',
      'should be one of',
    ],
    ['perDay: 0', '“perDay”不合规则。', '不能小于 1。', 'must be at least 1'],
    ['perDay: many', '“perDay”不合规则。', '应为数字。', 'should be a number'],
    ['channels: [sms, pigeon]', '“channels[1]”不合规则。', '应为其中之一：sms、email。', 'sms, email'],
    ['curfew: 1', '“curfew”不合规则。', '没有这样的字段：curfew；请删除。', 'no such field: curfew'],
    ['registrations: [{ provider: aliyun }]', '“template”不合规则。', '必填；写法见', 'is required'],
  ])('with %s say what would be right, in both languages', (text, zh, remedy, en) => {
    const [problem] = readRules(`${text}\n`, { file: 'rules.yaml', definitions: [smallSource] }).problems;
    expect(problem?.message.zh).toBe(zh);
    expect(problem?.remedy.zh).toContain(remedy);
    expect(problem?.remedy.en).toContain(en);
  });
});

describe('the wording in force', () => {
  const declared = { subject: t('d'), body: t('declared'), sms: t('declared sms') };
  const asked = { pathway: 'small', template: 'welcome', declared, audience: 'resident' } as const;
  const word = (body: string, sms?: string) => ({
    subject: t(body),
    body: t(body),
    ...(sms !== undefined && { sms: t(sms) }),
  });

  it.each<[string, MessagingRules['templates'], object, string, string]>([
    ['the pathway’s', {}, {}, 'declared', 'declared sms'],
    ['the district’s for all', { '*': { welcome: word('all') } }, {}, 'all', 'declared sms'],
    [
      'the district’s for this one',
      { '*': { welcome: word('all', 'all sms') }, small: { welcome: word('own') } },
      {},
      'own',
      'all sms',
    ],
    ['not that of another pathway', { other: { welcome: word('other') } }, {}, 'declared', 'declared sms'],
    [
      'the plain reminder, when nobody words it',
      { '*': { 'reminder-resident': word('plain', 'plain sms') } },
      { declared: undefined },
      'plain',
      'plain sms',
    ],
  ])('is %s', (_name, templates, more, body, sms) => {
    const found = wordingFor({ templates }, { ...asked, ...more });
    expect([found.body.zh, found.sms.zh]).toEqual([body, sms]);
  });

  it('is registered for its own pathway before all', () => {
    const rules = rulesWith({
      registrations: [
        registered('welcome', 'zh', { code: 'all' }),
        registered('welcome', 'zh', { pathway: 'small', code: 'own' }),
      ],
    });
    const code = (pathway: string) =>
      registrationFor(rules, { provider: 'aliyun', pathway, template: 'welcome', locale: 'zh' })?.code;
    expect([code('small'), code('lung')]).toEqual(['own', 'all']);
  });

  it('is shown with its signature and length', () => {
    const rules = rulesWith({ registrations: [registered('welcome', 'zh', { signature: '示例健康' })] });
    expect(previewOf(smallSource, rules, 'welcome', 'zh')).toMatchObject({
      wordedBy: 'definition',
      audiences: ['resident'],
      subject: '邀请',
      body: '请来',
    });
    expect(previewOf(smallSource, rules, 'welcome', 'zh')?.sms).toMatch(/^【示例健康】您好/u);
    expect(previewOf(smallSource, rules, 'digest-staff', 'en')?.subject).toBe('Your day: 2 matters');
    expect(previewOf(smallSource, rules, 'toString', 'zh')).toBeUndefined();
  });
});

describe('a message to a resident', () => {
  const part = (more: Partial<MessagePart> & { readonly matter: string }): MessagePart => ({
    pathway: 'small',
    template: 'welcome',
    dueAt: 1,
    urgent: false,
    wording: { subject: t('主题'), body: t(`关于 ${more.matter}`), sms: t(`短信 ${more.matter} {link}`) },
    values: {
      place: '示例中心',
      phone: '010',
      dueDate: '2026-03-12',
      stepTitle: '步骤',
      link: `https://x/${more.matter}`,
    },
    ...more,
  });
  const compose = (channel: 'sms' | 'email', ...parts: MessagePart[]) =>
    composeForResident({ parts, channel, locale: 'zh', rules: defaultMessagingRules });
  const { link: _link, ...withoutLink } = part({ matter: 'a' }).values;

  it('of one notice says its own words', () => {
    expect(compose('sms', part({ matter: 'a' }))).toEqual({
      subject: '',
      text: '短信 a https://x/a',
      template: { name: 'welcome', pathway: 'small', parameters: { link: 'https://x/a' } },
    });
    expect(compose('email', part({ matter: 'a' }))).toMatchObject({ subject: '主题', text: '关于 a' });
  });

  it('of two rungs of one step says what the later one says', () =>
    expect(
      compose('sms', part({ matter: 'a', dueAt: 1, template: 'early' }), part({ matter: 'a', dueAt: 2 }))
        .template.name,
    ).toBe('welcome'));

  it('of several steps says how many, and where to look or call', () => {
    const parts = [part({ matter: 'b', dueAt: 2 }), part({ matter: 'a' })];
    expect(compose('sms', ...parts)).toMatchObject({
      text: '您好，您在示例中心有2项健康服务，请点击查看并答复：https://x/a 详询010。',
      template: { name: 'merged-resident', pathway: 'small', parameters: { count: '2' } },
    });
    expect(compose('sms', ...parts.map((one) => ({ ...one, values: withoutLink }))).text).toBe(
      '您好，您在示例中心有2项健康服务，请尽快联系我们，电话010。',
    );
    const email = compose('email', ...parts, part({ matter: 'c', urgent: true }));
    expect(email.subject).toBe('您有 3 项健康服务');
    expect(email.text.split('\n\n')).toEqual([
      '您好！您有 3 项健康服务：',
      '1. 关于 c',
      '2. 关于 a',
      '3. 关于 b',
    ]);
  });

  it('whose words lead to a link, without one, is the plain reminder', () =>
    expect(compose('sms', part({ matter: 'a', values: withoutLink }))).toMatchObject({
      text: '您好，您在示例中心有一项健康服务，请在2026年3月12日前完成。详询010。',
      template: { name: 'reminder-resident' },
    }));
});

describe('public holidays', () => {
  const calendar = compileCalendar(officialCalendar());
  it.each([
    ['2026-02-14', false, 'a Saturday that is worked'],
    ['2026-02-15', true, 'the Sunday on which the Spring Festival begins'],
    ['2026-02-17', true, 'the Spring Festival'],
    ['2026-02-21', true, 'a Saturday in it'],
    ['2026-02-23', true, 'its last day'],
    ['2026-02-24', false, 'the day after'],
    ['2026-03-14', false, 'a Saturday'],
    ['2025-10-08', true, 'the last of eight days'],
    ['2027-10-01', false, 'a year of which nothing official is known'],
  ])('%s: %s, %s', (day, is) => expect(isPublicHoliday(calendar, civilDay(day))).toBe(is));
});
