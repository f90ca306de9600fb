import { describe, expect, it } from 'vitest';
import { builtInWordings } from '../../../domain/messaging/built-in.ts';
import { composeForStaff } from '../../../domain/messaging/compose-for-staff.ts';
import type { MessagePart } from '../../../domain/messaging/compose-message.ts';
import { defaultMessagingRules, type MessagingRules } from '../../../domain/messaging/rules.ts';
import { standsInText } from '../../../domain/messaging/stood-in-for.ts';
import { TemplateError } from '../../../domain/messaging/template-error.ts';

const part = (title: string, more: Partial<MessagePart> = {}): MessagePart => ({
  ...{ matter: `j/${title}`, pathway: 'lung', template: 'reminder-staff', dueAt: 0, urgent: true },
  wording: builtInWordings['reminder-staff'],
  values: { stepTitle: title, dueDate: '2026-01-12', journey: 'j-1' },
  ...more,
});
const compose = (
  parts: readonly MessagePart[],
  channel: 'sms' | 'email' = 'email',
  locale: 'zh' | 'en' = 'zh',
  rules: Pick<MessagingRules, 'templates'> = defaultMessagingRules,
) => composeForStaff({ parts, channel, locale, rules });
const remark = (locale: 'zh' | 'en'): string => standsInText({ name: '家医零', until: '2026-01-14' }, locale);

describe('a message to staff', () => {
  it('of one notice is the notice', () => {
    expect(compose([part('问卷')])).toEqual({
      subject: '待办：问卷',
      text: '“问卷”应于 2026年1月12日 前完成，仍在等待。请在一路中处理：旅程 j-1。',
      template: { name: 'reminder-staff', pathway: 'lung', parameters: {} },
    });
    expect(compose([part('Questions')], 'email', 'en').subject).toBe('To do: Questions');
  });

  it('of several counts them and tells each, in the order in which they were called for', () => {
    const { subject, text, template } = compose([part('问卷'), part('CT')]);
    expect(subject).toBe('今日工作：2 项');
    expect(text.split('\n\n')).toEqual([
      '您有 2 项工作：',
      expect.stringMatching(/^1\. “问卷”/u),
      expect.stringMatching(/^2\. “CT”/u),
    ]);
    expect(template).toEqual({ name: 'digest-staff', pathway: '*', parameters: {} });
    expect(compose([part('A'), part('B')], 'email', 'en').text).toMatch(/^There are 2 matters for you:/u);
  });

  it('as a text message has no subject, names nothing, and gives a registered text its parameters', () => {
    expect(compose([part('问卷')], 'sms')).toEqual({
      subject: '',
      text: '您有一项待办应于2026年1月12日前完成，请登录一路处理。',
      template: { name: 'reminder-staff', pathway: 'lung', parameters: { dueDate: '2026年1月12日' } },
    });
    expect(compose([part('问卷'), part('CT')], 'sms')).toEqual({
      subject: '',
      text: '您今天有2项工作，请登录一路查看。',
      template: { name: 'digest-staff', pathway: '*', parameters: { count: '2' } },
    });
  });

  it('says in whose place it is told, in an email, beside what it is about', () => {
    const stoodIn = (locale: 'zh' | 'en') => part('问卷', { remark: remark(locale) });
    expect(compose([stoodIn('zh')]).text).toMatch(/旅程 j-1。（代家医零（缺勤至 2026-01-14））$/u);
    const [, first, second] = compose([stoodIn('en'), part('CT')], 'email', 'en').text.split('\n\n');
    expect(first).toMatch(/ \(for 家医零 \(away until 2026-01-14\)\)$/u);
    expect(second).not.toContain('家医零');
    for (const parts of [[stoodIn('zh')], [stoodIn('zh'), part('CT')]])
      expect(compose(parts, 'sms').text).not.toContain('家医零');
  });

  it('uses the words of the district for several', () => {
    const wording = { ...builtInWordings['digest-staff'], body: { zh: '共 {count} 件：', en: '{count}:' } };
    const rules = { templates: { '*': { 'digest-staff': wording } } };
    expect(compose([part('问卷'), part('CT')], 'email', 'zh', rules).text).toMatch(/^共 2 件：\n\n1\. /u);
  });

  it('is made of something, and of values that are there', () => {
    expect(() => compose([])).toThrow(TypeError);
    expect(() => compose([part('问卷', { values: {} })])).toThrow(TemplateError);
  });
});
