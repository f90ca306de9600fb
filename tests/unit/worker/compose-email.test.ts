import { describe, expect, it } from 'vitest';
import { asJourneyId, asStepRef } from '../../../domain/model/ids.ts';
import type { DueNotice } from '../../../store/notices.ts';
import { composeEmail } from '../../../worker/compose-email.ts';

const notice: DueNotice = {
  key: 'journey/ldct#1/1/0/0/resident/email',
  journey: asJourneyId('7b0f9a52-63c1-4e0c-9d58-3a7f6f0f4f10'),
  step: asStepRef('ldct#1'),
  template: 'appointment',
  wording: {
    subject: { zh: '{stepTitle}', en: '{stepTitle}' },
    body: {
      zh: '请于 {dueDate} 前往{place}，电话 {phone}。',
      en: 'Come to {place} by {dueDate}; call {phone}.',
    },
  },
  parameters: { dueDate: '2026-03-12' },
  pathway: 'lung',
  stepTitle: { zh: '低剂量 CT', en: 'Low-dose CT' },
  resident: { name: '居民甲' },
  place: { name: '示例胸科医院', phone: '010-00000001' },
  to: [],
  instead: [],
  delivered: {},
  calledForAt: 0,
  dueAt: 0,
  attempts: 0,
};
const resident = {
  kind: 'resident',
  id: 'r',
  name: '居民甲',
  email: 'r@example.org',
  phone: null,
  locale: 'zh',
} as const;

describe('an email', () => {
  it('says where to go and what to call, in the reader’s language', () => {
    expect(composeEmail(notice, resident)).toMatchObject({
      subject: '低剂量 CT',
      text: '请于 2026年3月12日 前往示例胸科医院，电话 010-00000001。',
    });
    expect(composeEmail(notice, { ...resident, locale: 'en' }).text).toBe(
      'Come to 示例胸科医院 by 12 March 2026; call 010-00000001.',
    );
  });

  it('has one Message-ID for one notice to one person, without anything personal in it', () => {
    const { messageId } = composeEmail(notice, resident);
    expect(composeEmail({ ...notice, attempts: 3 }, resident).messageId).toBe(messageId);
    expect(composeEmail(notice, { ...resident, id: 's' }).messageId).not.toBe(messageId);
    expect(messageId).toMatch(/^<[0-9a-f]{40}@yilu>$/u);
  });

  it('does not name the resident: whoever holds the telephone reads it', () => {
    const { subject, text } = composeEmail(notice, resident);
    expect(subject + text).not.toContain('居民甲');
  });
});
