import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { createProviders, createWebhookReaders } from '../../../messaging/create-providers.ts';
import { meaningOf } from '../../../messaging/inbound-meaning.ts';
import { messagingSettings } from '../../../messaging/settings.ts';
import { e164Of } from '../../../domain/resident/telephone.ts';
import { withoutPlus } from '../../../messaging/telephone.ts';

const webhook = {
  YILU_SMS_WEBHOOK_URL: 'https://sms.example.org/messages/',
  YILU_SMS_WEBHOOK_SECRET: 'sixteen characters',
};

describe('messaging settings', () => {
  it('nothing set: nobody carries anything', () => {
    expect(messagingSettings({})).toEqual({ email: [], sms: [], publicUrl: 'http://localhost:8080' });
  });

  it('primary first, then the fallback, of both channels', () => {
    const settings = messagingSettings({
      ...webhook,
      YILU_SMS: 'webhook, Twilio',
      YILU_TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
      YILU_TWILIO_AUTH_TOKEN: 'token',
      YILU_TWILIO_FROM: '+15005550006',
      YILU_PUBLIC_URL: 'https://yilu.example.org/',
      YILU_SMS_PER_SECOND: '250',
      SMTP_URL: 'smtps://user:p%40ss@mail.example.org:465',
      YILU_SMTP_FALLBACK_URL: 'smtp://other.example.org',
      YILU_MAIL_FROM: '"一路" <yilu@example.org>',
    });
    expect(settings.sms).toMatchObject([
      { name: 'webhook', url: 'https://sms.example.org/messages', idempotent: true, perSecond: 250 },
      { name: 'twilio', statusCallback: 'https://yilu.example.org/webhooks/messages/twilio/receipts' },
    ]);
    const providers = createProviders(settings);
    expect(providers.sms.map(({ name }) => name)).toEqual(['webhook', 'twilio']);
    expect(providers.email.map(({ name }) => name)).toEqual(['smtp', 'smtp-fallback']);
    expect([...createWebhookReaders(settings).keys()]).toEqual(['webhook', 'twilio']);
    providers.close();
  });

  it('without an address that Twilio can reach, it is asked for no receipts', () => {
    const { sms } = messagingSettings({
      ...{
        YILU_SMS: 'twilio',
        YILU_TWILIO_ACCOUNT_SID: 'AC1',
        YILU_TWILIO_AUTH_TOKEN: 't',
        YILU_TWILIO_FROM: '+1',
      },
    });
    expect(sms[0]).not.toHaveProperty('statusCallback');
  });

  it.each([
    [{ YILU_SMS: 'pigeon' }, 'YILU_SMS'],
    [{ YILU_SMS: 'webhook,webhook', ...webhook }, 'YILU_SMS'],
    [{ YILU_SMS: 'webhook' }, 'YILU_SMS_WEBHOOK_URL'],
    [{ YILU_SMS: 'webhook', ...webhook, YILU_SMS_WEBHOOK_SECRET: 'short' }, 'YILU_SMS_WEBHOOK_SECRET'],
    [{ YILU_SMS: 'webhook', ...webhook, YILU_SMS_WEBHOOK_URL: 'ftp://x' }, 'YILU_SMS_WEBHOOK_URL'],
    [
      { YILU_SMS: 'webhook', ...webhook, YILU_SMS_WEBHOOK_IDEMPOTENT: 'perhaps' },
      'YILU_SMS_WEBHOOK_IDEMPOTENT',
    ],
    [{ YILU_SMS: 'webhook', ...webhook, YILU_SMS_PER_SECOND: '-1' }, 'YILU_SMS_PER_SECOND'],
    [{ YILU_SMS: 'aliyun' }, 'YILU_ALIYUN_ACCESS_KEY_ID'],
    [{ YILU_SMS: 'twilio', YILU_TWILIO_ACCOUNT_SID: 'SK1' }, 'YILU_TWILIO_ACCOUNT_SID'],
    [{ YILU_SMS: 'twilio', YILU_TWILIO_AUTH_TOKEN: 't' }, 'YILU_TWILIO_MESSAGING_SERVICE_SID'],
    [{ SMTP_URL: 'mail.example.org' }, 'SMTP_URL'],
    [{ YILU_SMTP_FALLBACK_URL: 'smtp://mail.example.org' }, 'YILU_SMTP_FALLBACK_URL'],
    [{ YILU_MAIL_FROM: 'nobody' }, 'YILU_MAIL_FROM'],
    [{ YILU_PUBLIC_URL: 'yilu' }, 'YILU_PUBLIC_URL'],
  ])('%j is refused by name, in both languages', (env, name) => {
    expect(() => messagingSettings(env)).toThrow(name);
    expect(() => messagingSettings(env)).toThrow(/[一-鿿].*\n.*[a-z]/u);
  });

  it('providers that are not used are not loaded', () => {
    const program = `
      await import(${JSON.stringify(new URL('../../../messaging/create-providers.ts', import.meta.url).href)});
      const { createRequire } = await import('node:module');
      const loaded = Object.keys(createRequire('/x').cache);
      console.log(JSON.stringify(loaded.filter((file) => /twilio|alicloud/u.test(file))));`;
    const args = ['--input-type=module', '--eval', program];
    expect(JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }))).toEqual([]);
  });

  it('an error shows no password', () => {
    expect(() => messagingSettings({ SMTP_URL: 'mail://user:hunter2@host' })).not.toThrow('hunter2');
  });
});

describe('replies', () => {
  it.each([
    ['STOP', 'stop'],
    [' stop. ', 'stop'],
    ['ＳＴＯＰ', 'stop'],
    ['退订', 'stop'],
    ['“退订”。', 'stop'],
    ['td', 'stop'],
    ['Ｔ', 'stop'],
    ['1', 'confirmed'],
    ['１', 'confirmed'],
    ['①', 'confirmed'],
    ['2！', 'another-time'],
    ['12', 'other'],
    ['请不要停', 'other'],
    ['', 'other'],
  ])('%j means %s', (text, meaning) => {
    expect(meaningOf(text)).toBe(meaning);
  });
});

describe('telephone numbers', () => {
  it.each([
    ['13800000000', '+8613800000000', '13800000000'],
    ['8613800000000', '+8613800000000', '13800000000'],
    ['01000000000', '+861000000000', '861000000000'],
    ['+85200001234', '+85200001234', '85200001234'],
  ])('%s is %s, and %s to a Chinese gateway', (stored, e164, national) => {
    expect(e164Of(stored)).toBe(e164);
    if (stored !== '01000000000') expect(withoutPlus(e164)).toBe(national);
  });
});
