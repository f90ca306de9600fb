import type { SendResult } from '../port.ts';

/** What nodemailer says of a failure. */
export interface SmtpFailure {
  readonly code?: string | undefined;
  /** The server's answer, where there was one. */
  readonly responseCode?: number | undefined;
  readonly response?: string | undefined;
  /** The SMTP command that failed. */
  readonly command?: string | undefined;
}

/** 5.1.x says that the address is at fault, 5.2.1 that the mailbox takes nothing any more (RFC 3463, 3.2 and 3.3). */
const badAddress = /^5\.(?:1\.(?:1|2|3|6|10)|2\.1)$/u;
/** 550, 551, 553 answer a recipient that is unknown, moved or misspelt (RFC 5321, 4.2.3). */
const badAddressPlain = [550, 551, 553];

/** Only codes are kept: servers quote addresses in their words. */
const enhancedOf = (response: string | undefined): string | undefined =>
  /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/u.exec(response ?? '')?.[1];

/**
 * @param began whether any of the message had been handed over when it failed
 * @returns what became of the message; without an answer to its last byte it may be on its way
 */
export function smtpResult(failure: SmtpFailure, began: boolean): SendResult {
  const { code, responseCode, command } = failure;
  const enhanced = enhancedOf(failure.response);
  const reason = [code, responseCode, enhanced].filter((part) => part !== undefined).join(' ') || 'unknown';
  // A wrong password, or a server that takes nobody's mail today: this message is not at fault.
  const aboutUs = code === 'EAUTH' || code === 'ETLS' || command === 'CONN' || command?.startsWith('AUTH');
  if (responseCode !== undefined && responseCode >= 400 && !aboutUs) {
    if (responseCode < 500) return { status: 'later', reason };
    const aboutRecipient = command === undefined || /^(?:RCPT|DATA)/u.test(command);
    const isBad = enhanced
      ? badAddress.test(enhanced)
      : command?.startsWith('RCPT') === true && badAddressPlain.includes(responseCode);
    return { status: 'refused', reason, badAddress: aboutRecipient && isBad };
  }
  // Nodemailer refuses such addresses itself, before it speaks to anybody.
  if (code === 'EENVELOPE' && responseCode === undefined && !began)
    return { status: 'refused', reason, badAddress: true };
  const answered = responseCode !== undefined && responseCode >= 400;
  return { status: began && !answered ? 'unknown' : 'later', reason };
}
