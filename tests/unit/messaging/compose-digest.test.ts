import { describe, expect, it } from 'vitest';
import { composeDigest } from '../../../activities/dispatch/compose-digest.ts';
import { compileCalendar, officialCalendar } from '../../../domain/calendar/working-calendar.ts';
import { defaultMessagingRules } from '../../../domain/messaging/rules.ts';
import { asJourneyId, stepRef } from '../../../domain/model/ids.ts';
import type { DigestContent, DigestItem } from '../../../store/messages/digest-content.ts';

const journey = asJourneyId('7b0f9a52-63c1-4e0c-9d58-3a7f6f0f4f10');
const item = (more: Partial<DigestItem> = {}): DigestItem => ({
  journey,
  step: stepRef('questions', 1),
  title: { zh: '问卷', en: 'Questionnaire' },
  surname: '欧阳',
  // Midnight of the district, where it is still the day before in Greenwich.
  dueAt: Date.parse('2026-01-13T00:00:00+08:00'),
  standsInFor: null,
  ...more,
});
const content = (more: Partial<DigestContent> = {}): DigestContent => ({
  escalated: { total: 0, items: [] },
  overdue: { total: 0, items: [] },
  dueToday: { total: 0, items: [] },
  new: { total: 0, items: [] },
  ...more,
});
const compose = (given: DigestContent, locale: 'zh' | 'en' = 'zh', channel: 'sms' | 'email' = 'email') =>
  composeDigest(given, {
    ...{ channel, locale, rules: defaultMessagingRules },
    calendar: compileCalendar(officialCalendar()),
  });

describe('a digest', () => {
  it('with nothing to say is none', () => {
    expect(compose(content())).toBeUndefined();
    expect(compose(content(), 'zh', 'sms')).toBeUndefined();
  });

  it('has a line for each step: title, surname, local due day, and the id by which the journey is found', () => {
    const given = content({
      escalated: { total: 1, items: [item({ dueAt: null })] },
      dueToday: { total: 1, items: [item()] },
    });
    expect(compose(given)).toEqual({
      subject: '今日工作：2 项',
      text: [
        '您有 2 项工作：',
        `升级给您的（1）\n- 问卷 · 欧阳 · ${journey}`,
        `今天到期（1）\n- 问卷 · 欧阳 · 2026-01-13 · ${journey}`,
      ].join('\n\n'),
    });
    expect(compose(given, 'en')?.text).toBe(
      [
        'There are 2 matters for you:',
        `Escalated to you (1)\n- Questionnaire · 欧阳 · ${journey}`,
        `Due today (1)\n- Questionnaire · 欧阳 · 2026-01-13 · ${journey}`,
      ].join('\n\n'),
    );
  });

  it('is one when nothing but unread replies of residents wait', () => {
    const only = composeDigest(content(), {
      ...{ channel: 'email', locale: 'zh', rules: defaultMessagingRules, unreadReplies: 1 },
      calendar: compileCalendar(officialCalendar()),
    });
    expect(only).toEqual({
      subject: '今日工作：1 项',
      text: '您有 1 项工作：\n\n1 条居民的短信回复未读，请登录一路查看。',
    });
  });

  it('says how many replies of residents nobody has read', () => {
    const given = {
      channel: 'email',
      locale: 'zh',
      rules: defaultMessagingRules,
      calendar: compileCalendar(officialCalendar()),
      unreadReplies: 2,
    } as const;
    const some = content({ dueToday: { total: 1, items: [item()] } });
    expect(composeDigest(some, given)?.text).toMatch(/\n\n另有 2 条居民的短信回复未读，请登录一路查看。$/u);
    expect(composeDigest(some, { ...given, locale: 'en', unreadReplies: 1 })?.text).toMatch(
      /A reply of a resident is unread: please sign in to Yilu\.$/u,
    );
  });

  it('says how many more there are than it lists', () => {
    const given = content({ overdue: { total: 42, items: [item()] } });
    expect(compose(given)?.subject).toBe('今日工作：42 项');
    expect(compose(given)?.text).toContain('已逾期（42）');
    expect(compose(given)?.text).toMatch(/……另有 41 项，请登录一路查看。$/u);
    expect(compose(given, 'en')?.text).toMatch(/… and 41 more: please sign in to Yilu\.$/u);
  });

  it('says for whom the reader stands in, once above and in each line', () => {
    const standsInFor = { name: '家医零', until: '2026-01-14' };
    const given = content({
      overdue: { total: 2, items: [item({ standsInFor }), item()] },
      new: { total: 1, items: [item({ standsInFor })] },
    });
    const [, zh, overdue] = compose(given)?.text.split('\n\n') ?? [];
    expect(zh).toBe('今天您代家医零（缺勤至 2026-01-14）。');
    expect(overdue?.split('\n').filter((line) => line.includes('代家医零'))).toHaveLength(1);
    const [, en, listed] = compose(given, 'en')?.text.split('\n\n') ?? [];
    expect(en).toBe('Today you stand in for 家医零 (away until 2026-01-14).');
    expect(listed).toContain(`· for 家医零 (away until 2026-01-14) · ${journey}`);
  });

  it('as a text message says how much there is, and nobody’s name', () => {
    const standsInFor = { name: '家医零', until: '2026-01-14' };
    const given = content({ new: { total: 3, items: [item({ standsInFor })] } });
    expect(compose(given, 'zh', 'sms')).toEqual({ subject: '', text: '您今天有3项工作，请登录一路查看。' });
    expect(compose(given, 'en', 'sms')?.text).toBe('You have 3 matters today. Please sign in to Yilu.');
  });
});
