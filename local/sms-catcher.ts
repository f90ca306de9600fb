import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { openMessageStore } from './message-store.ts';
import { keptPort } from './ports.ts';
import { startSmsGateway, type SmsGateway } from './sms-gateway.ts';
import type { CaughtSms } from './sms-pages.ts';

export interface SmsCatcher extends CaughtSms {
  readonly gateway: SmsGateway;
  /** What tells the product of this gateway. */
  readonly environment: Record<'YILU_SMS' | 'YILU_SMS_WEBHOOK_URL' | 'YILU_SMS_WEBHOOK_SECRET', string>;
}

/**
 * Starts the local gateway, which keeps what it was given in `folder`.
 * @param apiUrl where receipts and replies go
 */
export async function startSmsCatcher(folder: string, apiUrl: string): Promise<SmsCatcher> {
  const store = await openMessageStore(join(folder, 'messages.jsonl'));
  const secret = randomBytes(24).toString('base64url');
  const gateway = await startSmsGateway({
    secret,
    store,
    port: await keptPort(join(folder, 'port'), 8026),
    callback: `${apiUrl}/webhooks/messages/webhook`,
  });
  return {
    gateway,
    store,
    reply: gateway.reply,
    environment: {
      YILU_SMS: 'webhook',
      YILU_SMS_WEBHOOK_URL: gateway.url,
      YILU_SMS_WEBHOOK_SECRET: secret,
    },
  };
}
