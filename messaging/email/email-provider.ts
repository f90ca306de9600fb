import type { Readable } from 'node:stream';
import type { Transporter } from 'nodemailer';
import type { MessageProvider, OutgoingMessage, SendResult } from '../port.ts';
import { mailTransport } from './mail-transport.ts';
import { smtpResult, type SmtpFailure } from './smtp-answer.ts';

export interface EmailSettings {
  readonly smtpUrl: string;
  /** As in a From header: `"一路 Yilu" <yilu@example.org>`. */
  readonly from: string;
  readonly perSecond: number;
  readonly concurrency: number;
}

export interface EmailProvider extends MessageProvider {
  /** Closes the connections that are kept open. */
  close(): void;
}

/** What nodemailer hands to its plugins, as far as it is used here. */
interface Mail {
  readonly data: { readonly reading?: { stream?: Readable } };
  readonly message: { createReadStream(): Readable };
}

/** Remembers the stream that a message is read from: once anything of it was read, the server may have it. */
function watchStreams(transport: Transporter): void {
  transport.use('stream', (mail, done) => {
    const { data, message } = mail as unknown as Mail;
    const { reading } = data;
    const create = message.createReadStream.bind(message);
    message.createReadStream = () => {
      const stream = create();
      if (reading) reading.stream = stream;
      return stream;
    };
    done();
  });
}

/** One click (RFC 8058, 3.1) for programs, and the same address as a page for people. */
const unsubscribeHeaders = (url: string): Record<string, string> => ({
  'List-Unsubscribe': `<${url}>`,
  'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
});

/**
 * Email over SMTP, several connections kept open. SMTP knows no idempotency key: a message whose last answer was lost
 * is `unknown`. The same message always bears the same Message-ID, by which some mailboxes drop a second copy.
 */
export function createEmailProvider(settings: EmailSettings): EmailProvider {
  const { smtpUrl, from, perSecond, concurrency } = settings;
  const host = /@([^\s@<>"]+)>?\s*$/u.exec(from)?.[1] ?? 'localhost';
  const transport = mailTransport(smtpUrl, concurrency);
  watchStreams(transport);

  async function send(message: OutgoingMessage, signal: AbortSignal): Promise<SendResult> {
    const { id, to, subject, text, html, unsubscribeUrl, locale } = message;
    const reading: { stream?: Readable } = {};
    try {
      signal.throwIfAborted();
      const sent: { response?: string | undefined } = await transport.sendMail({
        from,
        // Not as a text: commas and semicolons in it would make several recipients.
        to: { name: '', address: to },
        subject,
        text,
        ...(html !== undefined && { html }),
        messageId: `<${id}@${host}>`,
        headers: {
          'Content-Language': locale === 'zh' ? 'zh-CN' : 'en',
          // Asks machines that answer for people on holiday not to (RFC 3834, 5).
          'Auto-Submitted': 'auto-generated',
          ...(unsubscribeUrl !== undefined && unsubscribeHeaders(unsubscribeUrl)),
        },
        disableFileAccess: true,
        disableUrlAccess: true,
        ...({ signal, reading } as object),
      });
      return { status: 'accepted', providerId: sent.response?.slice(0, 200) ?? null };
    } catch (error) {
      return smtpResult(error as SmtpFailure, reading.stream?.readableDidRead ?? false);
    }
  }

  return {
    name: 'smtp',
    channel: 'email',
    idempotent: false,
    perSecond,
    concurrency,
    send,
    close: () => transport.close(),
  };
}
