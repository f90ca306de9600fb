import { type Transporter, createTransport } from 'nodemailer';

/** Nodemailer's own patience is minutes; a mail server that does not answer is away, and the worker has to stop in time. */
const patience = { connectionTimeout: '5000', greetingTimeout: '5000', socketTimeout: '10000' };

/** @param smtpUrl such as `smtps://user:password@host:465`; its query may set any option of nodemailer's */
export function mailTransport(smtpUrl: string): Transporter {
  const url = new URL(smtpUrl);
  for (const [name, ms] of Object.entries(patience))
    if (!url.searchParams.has(name)) url.searchParams.set(name, ms);
  return createTransport(url.href);
}
