import { type Transporter, createTransport } from 'nodemailer';

/** Nodemailer's own patience is minutes; a mail server that does not answer is away, and the worker has to stop in time. */
const patience = { connectionTimeout: '5000', greetingTimeout: '5000', socketTimeout: '10000' };

/**
 * @param smtpUrl such as `smtps://user:password@host:465`; its query may set any option of nodemailer's
 * @returns connections that are kept open and shared, at most `concurrency` at a time
 */
export function mailTransport(smtpUrl: string, concurrency: number): Transporter {
  const url = new URL(smtpUrl);
  const defaults = { ...patience, pool: 'true', maxConnections: String(concurrency) };
  for (const [name, value] of Object.entries(defaults))
    if (!url.searchParams.has(name)) url.searchParams.set(name, value);
  return createTransport(url.href);
}
