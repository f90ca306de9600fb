import { assertNever } from '../domain/model/assert-never.ts';
import { createEmailProvider, type EmailProvider } from './email/email-provider.ts';
import type { MessageProvider } from './port.ts';
import type { MessagingSettings, SmsSettings } from './settings.ts';
import { createAliyunProvider } from './sms/aliyun-provider.ts';
import { createAliyunReader } from './sms/aliyun-reader.ts';
import { createTwilioProvider } from './sms/twilio-provider.ts';
import { createTwilioReader } from './sms/twilio-reader.ts';
import { createSmsWebhookProvider } from './sms/webhook-provider.ts';
import { createSmsWebhookReader } from './sms/webhook-reader.ts';
import type { WebhookReader } from './webhook.ts';

function smsProvider(settings: SmsSettings): MessageProvider {
  switch (settings.name) {
    case 'webhook':
      return createSmsWebhookProvider(settings);
    case 'aliyun':
      return createAliyunProvider(settings);
    case 'twilio':
      return createTwilioProvider(settings);
    default:
      return assertNever(settings);
  }
}

function webhookReader(settings: SmsSettings): WebhookReader {
  switch (settings.name) {
    case 'webhook':
      return createSmsWebhookReader(settings.secret);
    case 'aliyun':
      return createAliyunReader(settings.callbackToken);
    case 'twilio':
      return createTwilioReader(settings.authToken);
    default:
      return assertNever(settings);
  }
}

export interface Providers {
  /** Primary first. */
  readonly sms: readonly MessageProvider[];
  readonly email: readonly EmailProvider[];
  /** Closes what is kept open. */
  close(): void;
}

/** @returns whoever carries messages, each of a name of its own: it is written beside what it sent */
export function createProviders(settings: Pick<MessagingSettings, 'sms' | 'email'>): Providers {
  const email = settings.email.map((one, index) => ({
    ...createEmailProvider(one),
    name: index === 0 ? 'smtp' : 'smtp-fallback',
  }));
  return {
    sms: settings.sms.map(smsProvider),
    email,
    close: () => email.forEach((provider) => provider.close()),
  };
}

/** @returns by name, who reads the receipts and replies of the providers that are set */
export const createWebhookReaders = (
  settings: Pick<MessagingSettings, 'sms'>,
): ReadonlyMap<string, WebhookReader> => new Map(settings.sms.map((one) => [one.name, webhookReader(one)]));
