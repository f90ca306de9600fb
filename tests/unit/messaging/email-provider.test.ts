import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import { createEmailProvider, type EmailProvider } from '../../../messaging/email/email-provider.ts';
import type { OutgoingMessage } from '../../../messaging/port.ts';

const message: OutgoingMessage = {
  id: '0198c1de-7a55-7aaa-8aaa-000000000001',
  channel: 'email',
  to: 'resident@example.org',
  locale: 'zh',
  subject: '复查提醒',
  text: '请于周五前来社区卫生服务中心。',
  html: '<p>请于周五前来。</p>',
  unsubscribeUrl: 'https://yilu.example.org/r/abc/unsubscribe',
};
const never = new AbortController().signal;
const cleanUp: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const work of cleanUp.splice(0).toReversed()) await work();
});

function providerFor(smtpUrl: string): EmailProvider {
  const provider = createEmailProvider({
    smtpUrl,
    from: '"一路 Yilu" <yilu@example.org>',
    perSecond: 100,
    concurrency: 2,
  });
  cleanUp.push(() => provider.close());
  return provider;
}

async function realServer(options: SMTPServerOptions, account = ''): Promise<EmailProvider> {
  const server = new SMTPServer({ authOptional: true, disabledCommands: ['STARTTLS'], ...options });
  server.on('error', () => undefined);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  cleanUp.push(() => new Promise<void>((done) => server.close(() => done())));
  return providerFor(`smtp://${account}127.0.0.1:${(server.server.address() as AddressInfo).port}`);
}

const refuse = (responseCode: number, words: string): Error =>
  Object.assign(new Error(words), { responseCode });

/** Speaks SMTP until it breaks off: at `moment` the connection is cut without an answer. */
async function breakingServer(
  moment: 'greeting' | 'DATA' | 'message',
): Promise<[EmailProvider, () => number]> {
  let messages = 0;
  const talk = (socket: Socket): void => {
    let inMessage = false;
    socket.on('error', () => undefined);
    if (moment === 'greeting') return void socket.destroy();
    socket.write('220 test\r\n');
    socket.setEncoding('utf8').on('data', (text: string) => {
      if (inMessage) {
        if (!text.endsWith('\r\n.\r\n')) return;
        messages++;
        return void socket.destroy();
      }
      for (const line of text.split('\r\n').filter(Boolean)) {
        if (!line.startsWith('DATA')) socket.write('250 fine\r\n');
        else if (moment === 'DATA') socket.destroy();
        else {
          inMessage = true;
          socket.write('354 go on\r\n');
        }
      }
    });
  };
  const server: Server = createServer(talk);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  cleanUp.push(() => void server.close());
  const url = `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return [providerFor(url), () => messages];
}

describe('email provider', () => {
  it('bears our id as its Message-ID, both bodies, and the headers of one-click unsubscription', async () => {
    const mails: ParsedMail[] = [];
    const provider = await realServer({
      onData: (stream, _session, done) => {
        void simpleParser(stream).then((mail) => {
          mails.push(mail);
          done();
        });
      },
    });
    for (let copy = 0; copy < 2; copy++)
      expect(await provider.send(message, never)).toMatchObject({ status: 'accepted' });
    const [mail] = mails;
    expect(mail).toMatchObject({
      messageId: '<0198c1de-7a55-7aaa-8aaa-000000000001@example.org>',
      subject: '复查提醒',
      text: '请于周五前来社区卫生服务中心。',
      html: '<p>请于周五前来。</p>',
    });
    const header = (name: string) => mail?.headerLines.find(({ key }) => key === name)?.line;
    expect(header('list-unsubscribe')).toBe('List-Unsubscribe: <https://yilu.example.org/r/abc/unsubscribe>');
    expect(header('list-unsubscribe-post')).toBe('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
    expect(mails[1]?.messageId).toBe(mail?.messageId);
  });

  it('takes an address for one address, whatever stands in it', async () => {
    const recipients: string[] = [];
    const provider = await realServer({
      onRcptTo: ({ address }, _session, done) => {
        recipients.push(address);
        done();
      },
      onData: (stream, _session, done) => void stream.resume().on('end', () => done()),
    });
    await provider.send({ ...message, to: 'a@example.org, b@example.org' }, never);
    expect(recipients.length).toBeLessThan(2);
  });

  it.each([
    [550, '5.1.1 No such user', { status: 'refused', badAddress: true }],
    [550, 'No such mailbox here', { status: 'refused', badAddress: true }],
    [553, '5.1.3 Bad address syntax', { status: 'refused', badAddress: true }],
    [550, '5.7.1 Refused by policy', { status: 'refused', badAddress: false }],
    [552, '5.2.2 Mailbox full', { status: 'refused', badAddress: false }],
    [450, '4.2.0 Greylisted', { status: 'later' }],
    [421, '4.3.2 Shutting down', { status: 'later' }],
  ])('a recipient answered %i %s', async (code, words, expected) => {
    const provider = await realServer({ onRcptTo: (_address, _session, done) => done(refuse(code, words)) });
    expect(await provider.send(message, never)).toMatchObject(expected);
  });

  it.each([
    [554, '5.7.1 Spam', { status: 'refused', badAddress: false }],
    [550, '5.1.1 No such user, seen late', { status: 'refused', badAddress: true }],
    [451, '4.3.0 Try again', { status: 'later' }],
  ])('a message answered %i %s after its last byte', async (code, words, expected) => {
    const provider = await realServer({
      onData: (stream, _session, done) => void stream.resume().on('end', () => done(refuse(code, words))),
    });
    expect(await provider.send(message, never)).toMatchObject(expected);
  });

  it('a wrong password is the operator’s to put right: later', async () => {
    const provider = await realServer(
      { authOptional: false, onAuth: (_auth, _session, done) => done(refuse(535, '5.7.8 Wrong password')) },
      'yilu:wrong@',
    );
    expect(await provider.send(message, never)).toMatchObject({
      status: 'later',
      reason: expect.stringContaining('EAUTH'),
    });
  });

  it('is later when nobody listens, nobody greets, or the connection breaks before the message began', async () => {
    expect(await providerFor('smtp://127.0.0.1:1').send(message, never)).toMatchObject({ status: 'later' });
    const [silent] = await breakingServer('greeting');
    expect(await silent.send(message, never)).toMatchObject({ status: 'later' });
    const [early] = await breakingServer('DATA');
    expect(await early.send(message, never)).toMatchObject({ status: 'later' });
  });

  it('is unknown, and sent once, when the connection breaks before the answer to the message', async () => {
    const [provider, messages] = await breakingServer('message');
    expect(await provider.send(message, never)).toMatchObject({ status: 'unknown' });
    expect(messages()).toBe(1);
  });
});
