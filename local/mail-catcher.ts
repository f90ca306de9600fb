import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { csrf } from 'hono/csrf';
import { secureHeaders } from 'hono/secure-headers';
import { simpleParser, type AddressObject } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { listPage, messagePage, missingPage } from './mail-pages.ts';
import { openMessageStore, type CaughtMessage, type MessageStore } from './message-store.ts';
import { keptPort } from './ports.ts';
import { smsRoutes, type CaughtSms } from './sms-pages.ts';

export interface MailCatcher {
  /** For SMTP_URL. */
  smtpUrl: string;
  /** The page that lists what was sent; `/messages` is the same as JSON, DELETE there clears it. */
  url: string;
  stop(): Promise<void>;
}

const addresses = (field: AddressObject | AddressObject[] | undefined): string[] =>
  [field ?? []].flat().map(({ text }) => text);

function smtpServer(store: MessageStore): SMTPServer {
  return new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onAuth: ({ username }, _session, done) => done(null, { user: username ?? '' }),
    onData(stream, session, done) {
      const take = async (): Promise<void> => {
        const mail = await simpleParser(stream);
        const envelope = session.envelope.rcptTo.map(({ address }) => address);
        const named = addresses(mail.to);
        await store.add({
          receivedAtMs: Date.now(),
          from: mail.from?.text ?? '',
          to: named.length > 0 ? named : envelope,
          subject: mail.subject ?? '',
          text: mail.text ?? '',
          html: mail.html || '',
          attachments: mail.attachments.map(({ filename, contentType, size }) => ({
            name: filename ?? '-',
            type: contentType,
            bytes: size,
          })),
        });
      };
      // Acknowledged only once it is kept, as a real server does.
      take().then(
        () => done(),
        (error: Error) => done(error),
      );
    },
  });
}

function pages(store: MessageStore, sms: CaughtSms | undefined): Hono {
  const app = new Hono();
  const strict = { defaultSrc: ["'none'"], styleSrc: ["'unsafe-inline'"] };
  app.use(
    '*',
    secureHeaders({
      contentSecurityPolicy: {
        ...strict,
        frameSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'self'"],
      },
      xFrameOptions: 'SAMEORIGIN',
    }),
  );
  // A page of another site must not answer as a resident, nor clear what was sent.
  app.post('*', csrf());
  if (sms) app.route('/sms', smsRoutes(sms));
  const found = (id: string): CaughtMessage | undefined => store.find(id);
  app.get('/', (c) => c.html(listPage(store.list(), Number(c.req.query('page')), sms !== undefined)));
  app.get('/messages', (c) => c.json(store.list()));
  app.delete('/messages', async (c) => {
    await store.clear();
    return c.body(null, 204);
  });
  app.post('/clear', async (c) => {
    await store.clear();
    return c.redirect('/', 303);
  });
  app.get('/messages/:id', (c) => {
    const message = found(c.req.param('id'));
    return message ? c.json(message) : c.json({ title: 'No such mail', status: 404 }, 404);
  });
  app.get('/messages/:id/view', (c) => {
    const message = found(c.req.param('id'));
    return message ? c.html(messagePage(message)) : c.html(missingPage(), 404);
  });
  app.get('/messages/:id/html', (c) => {
    const message = found(c.req.param('id'));
    return message ? c.html(message.html) : c.html(missingPage(), 404);
  });
  return app;
}

/**
 * Starts a real SMTP server that delivers nothing but keeps what it is given, and a page that shows it.
 * @param sms what the local gateway was given, for a tab of its own
 */
export async function startMailCatcher({
  folder,
  sms,
}: {
  folder: string;
  sms?: CaughtSms;
}): Promise<MailCatcher> {
  const store = await openMessageStore(join(folder, 'messages.jsonl'));
  const smtp = smtpServer(store);
  smtp.on('error', () => undefined); // a client that breaks off is no reason to stop
  const smtpPort = await keptPort(join(folder, 'smtp-port'), 1025);
  await new Promise<void>((ready, fail) => {
    smtp.server.once('error', fail);
    smtp.listen(smtpPort, '127.0.0.1', ready);
  });
  const pagePort = await keptPort(join(folder, 'page-port'), 8025);
  const http = serve({ fetch: pages(store, sms).fetch, port: pagePort, hostname: '127.0.0.1' });
  await new Promise<void>((ready, fail) => {
    if (http.listening) return ready();
    http.once('listening', ready);
    http.once('error', fail);
  });
  const { port } = http.address() as AddressInfo;
  return {
    smtpUrl: `smtp://127.0.0.1:${smtpPort}`,
    url: `http://127.0.0.1:${port}`,
    async stop() {
      await new Promise<void>((done) => smtp.close(done));
      if ('closeAllConnections' in http) http.closeAllConnections();
      await new Promise<void>((done) => http.close(() => done()));
    },
  };
}
