import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { EmailSettings } from './email/email-provider.ts';
import { readPublicUrl } from './public-url.ts';
import type { AliyunSettings } from './sms/aliyun-provider.ts';
import type { TwilioSettings } from './sms/twilio-provider.ts';
import type { SmsWebhookSettings } from './sms/webhook-provider.ts';

export type SmsSettings =
  | ({ readonly name: 'webhook' } & SmsWebhookSettings)
  | ({ readonly name: 'aliyun'; readonly callbackToken?: string } & AliyunSettings)
  | ({ readonly name: 'twilio' } & TwilioSettings);

export interface MessagingSettings {
  /** Primary first; empty: email waits in the table. */
  readonly email: readonly EmailSettings[];
  /** Primary first; empty: nothing goes by SMS. */
  readonly sms: readonly SmsSettings[];
  /** Under which the world reaches the API, without a slash at the end. */
  readonly publicUrl: string;
}

const smsNames = ['webhook', 'aliyun', 'twilio'] as const;

/** Collects what is wrong, so that an operator sees all of it at once. */
class Problems {
  readonly lines: string[] = [];
  add(zh: string, en: string): void {
    this.lines.push(`${zh}\n${en}`);
  }
}

type Env = Readonly<Record<string, string | undefined>>;

/** Reads one setting after the other; a wrong one is noted, and something harmless returned in its place. */
function reader(env: Env, problems: Problems) {
  const optional = (name: string): string | undefined => env[name]?.trim() || undefined;
  const wrong = (name: string, zh: string, en: string): void =>
    problems.add(`${name} ${zh}`, `${name} ${en}`);
  return {
    optional,
    required(name: string, why: string, example: string): string {
      const value = optional(name);
      if (value === undefined)
        problems.add(
          `缺少 ${name}（${why} 需要），例如 ${example}。`,
          `${name} is missing: ${why} needs it, such as ${example}.`,
        );
      return value ?? '';
    },
    secret(name: string, value: string | undefined, least: number): string {
      if (value !== undefined && value !== '' && value.length < least)
        wrong(
          name,
          `太短；请用至少 ${least} 个字符的随机串，例如 ${randomUUID().replaceAll('-', '')}。`,
          `is too short; use at least ${least} random characters, such as the ones above.`,
        );
      return value ?? '';
    },
    url(
      name: string,
      value: string | undefined,
      protocols: readonly string[],
      example: string,
    ): string | undefined {
      if (value === undefined || value === '') return undefined;
      if (URL.canParse(value) && protocols.includes(new URL(value).protocol))
        return value.replace(/\/+$/u, '');
      // Not the value itself: it may hold a password.
      wrong(name, `不是有效的地址；应如 ${example}。`, `is not an address such as ${example}.`);
      return undefined;
    },
    rate(name: string, fallback: number, most: number): number {
      const text = optional(name);
      if (text === undefined) return fallback;
      const value = Number(text);
      if (Number.isFinite(value) && value > 0 && value <= most) return value;
      wrong(
        name,
        `="${text}" 应为大于 0、不超过 ${most} 的数。`,
        `="${text}" must be a number above 0, at most ${most}.`,
      );
      return fallback;
    },
    yes(name: string, fallback: boolean): boolean {
      const text = optional(name)?.toLowerCase();
      if (text === undefined) return fallback;
      if (['yes', 'true', '1'].includes(text)) return true;
      if (['no', 'false', '0'].includes(text)) return false;
      wrong(name, `="${text}" 应为 yes 或 no。`, `="${text}" must be yes or no.`);
      return fallback;
    },
    wrong,
  };
}

type Reader = ReturnType<typeof reader>;

function smsOf(name: (typeof smsNames)[number], read: Reader, publicUrl: string): SmsSettings {
  const speed = {
    perSecond: read.rate('YILU_SMS_PER_SECOND', 50, 10_000),
    concurrency: Math.trunc(read.rate('YILU_SMS_CONCURRENCY', 16, 500)) || 1,
  };
  const why = `YILU_SMS=${name}`;
  switch (name) {
    case 'webhook': {
      const example = 'https://sms.example.org/messages';
      const given = read.required('YILU_SMS_WEBHOOK_URL', why, example);
      const secret = read.required(
        'YILU_SMS_WEBHOOK_SECRET',
        why,
        '至少 16 个随机字符 / 16 random characters or more',
      );
      return {
        name,
        url: read.url('YILU_SMS_WEBHOOK_URL', given, ['http:', 'https:'], example) ?? '',
        secret: read.secret('YILU_SMS_WEBHOOK_SECRET', secret, 16),
        idempotent: read.yes('YILU_SMS_WEBHOOK_IDEMPOTENT', true),
        ...speed,
      };
    }
    case 'aliyun': {
      const example = 'https://dysmsapi.aliyuncs.com';
      const endpoint = read.url(
        'YILU_ALIYUN_ENDPOINT',
        read.optional('YILU_ALIYUN_ENDPOINT'),
        ['http:', 'https:'],
        example,
      );
      const signature = read.optional('YILU_ALIYUN_SIGNATURE');
      const token = read.optional('YILU_ALIYUN_CALLBACK_TOKEN');
      return {
        name,
        accessKeyId: read.required('YILU_ALIYUN_ACCESS_KEY_ID', why, 'LTAI…'),
        accessKeySecret: read.required(
          'YILU_ALIYUN_ACCESS_KEY_SECRET',
          why,
          '阿里云控制台所给 / as the console gives it',
        ),
        ...(signature !== undefined && { signature }),
        ...(endpoint !== undefined && { endpoint }),
        ...(token !== undefined && { callbackToken: read.secret('YILU_ALIYUN_CALLBACK_TOKEN', token, 32) }),
        ...speed,
      };
    }
    case 'twilio': {
      const accountSid = read.required('YILU_TWILIO_ACCOUNT_SID', why, 'AC…');
      if (accountSid !== '' && !accountSid.startsWith('AC'))
        read.wrong('YILU_TWILIO_ACCOUNT_SID', '应以 AC 开头。', 'must begin with AC.');
      const service = read.optional('YILU_TWILIO_MESSAGING_SERVICE_SID');
      const from = read.optional('YILU_TWILIO_FROM');
      if ((service === undefined) === (from === undefined))
        read.wrong(
          'YILU_TWILIO_MESSAGING_SERVICE_SID',
          '与 YILU_TWILIO_FROM 须且只须设置一个。',
          'or YILU_TWILIO_FROM: give one of the two.',
        );
      const example = 'https://api.twilio.com';
      const apiUrl = read.url(
        'YILU_TWILIO_API_URL',
        read.optional('YILU_TWILIO_API_URL'),
        ['http:', 'https:'],
        example,
      );
      return {
        name,
        accountSid,
        authToken: read.required(
          'YILU_TWILIO_AUTH_TOKEN',
          why,
          'Twilio 控制台所给 / as the console gives it',
        ),
        sender: service === undefined ? { from: from ?? '' } : { messagingServiceSid: service },
        ...(apiUrl !== undefined && { apiUrl }),
        // Twilio cannot call back a machine of which the world knows no address.
        ...(publicUrl.startsWith('https:') && {
          statusCallback: `${publicUrl}/webhooks/messages/twilio/receipts`,
        }),
        ...speed,
      };
    }
  }
}

function emailOf(read: Reader, name: string, from: string): EmailSettings[] {
  const smtpUrl = read.url(
    name,
    read.optional(name),
    ['smtp:', 'smtps:'],
    'smtps://user:password@mail.example.org:465',
  );
  if (smtpUrl === undefined) return [];
  return [
    {
      smtpUrl,
      from,
      perSecond: read.rate('YILU_EMAIL_PER_SECOND', 20, 10_000),
      concurrency: Math.trunc(read.rate('YILU_EMAIL_CONCURRENCY', 5, 100)) || 1,
    },
  ];
}

function smsNamesOf(read: Reader): (typeof smsNames)[number][] {
  const asked = (read.optional('YILU_SMS') ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter(Boolean);
  const known = asked.filter((name): name is (typeof smsNames)[number] =>
    smsNames.some((one) => one === name),
  );
  if (known.length < asked.length || new Set(known).size < known.length || known.length > 2)
    read.wrong(
      'YILU_SMS',
      `="${asked.join(',')}" 应为 ${smsNames.join('、')} 之一，或以逗号分隔的“首选,备用”。`,
      `="${asked.join(',')}" must be one of ${smsNames.join(', ')}, or two of them as "primary,fallback".`,
    );
  return [...new Set(known)].slice(0, 2);
}

/**
 * Who carries messages, as the environment says. Secrets may come from files (`NAME_FILE`), as all settings of ours.
 * @throws Error that names every setting that is missing or wrong, and what would be right, in Chinese and English
 */
export function messagingSettings(env: Env): MessagingSettings {
  const problems = new Problems();
  const read = reader(env, problems);
  let publicUrl = '';
  try {
    publicUrl = readPublicUrl(env).url;
  } catch (error) {
    problems.lines.push(error instanceof Error ? error.message : String(error));
  }
  const from = read.optional('YILU_MAIL_FROM') ?? '"一路 Yilu" <yilu@localhost>';
  if (
    !z
      .email()
      .or(z.string().endsWith('@localhost'))
      .safeParse(/<([^<>]*)>\s*$/u.exec(from)?.[1] ?? from).success
  )
    read.wrong(
      'YILU_MAIL_FROM',
      `="${from}" 应如 "一路" <yilu@example.org>。`,
      `="${from}" must be such as "Yilu" <yilu@example.org>.`,
    );
  const email = [...emailOf(read, 'SMTP_URL', from), ...emailOf(read, 'YILU_SMTP_FALLBACK_URL', from)];
  if (email.length === 1 && read.optional('SMTP_URL') === undefined)
    read.wrong('YILU_SMTP_FALLBACK_URL', '须与 SMTP_URL 一并设置。', 'needs SMTP_URL to be set, too.');
  const sms = smsNamesOf(read).map((name) => smsOf(name, read, publicUrl));
  if (problems.lines.length > 0) throw new Error([...new Set(problems.lines)].join('\n'));
  return { email, sms, publicUrl };
}
