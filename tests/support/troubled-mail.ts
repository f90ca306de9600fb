import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';

/** A mail server that keeps what it is given and then, now and then, does not say so. */
export interface TroubledMail {
  readonly smtpUrl: string;
  /** Addresses of what was kept, in order. */
  readonly kept: readonly string[];
  /** Of these nobody heard that they were kept. */
  readonly unanswered: ReadonlySet<string>;
  stop(): Promise<void>;
}

/** Takes its time with each answer, so that a client that dies leaves some of them open. */
const ANSWER_MS = 20;
/** One in so many is put off before it is taken, one cut off after it was kept. */
const EVERY = 9;

export async function troubledMail(): Promise<TroubledMail> {
  const kept: string[] = [];
  const unanswered = new Set<string>();
  let count = 0;
  const later = Object.assign(new Error('4.2.0 try again'), { responseCode: 450 });
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: (_address, _session, done) => done(++count % EVERY === 0 ? later : null),
    onData(stream, session, done) {
      const [to] = session.envelope.rcptTo.map(({ address }) => address);
      const take = async (): Promise<void> => {
        for await (const part of stream) void part;
        kept.push(to ?? '');
        const cut = kept.length % EVERY === 0;
        if (!cut) await sleep(ANSWER_MS);
        const socket = [...server.connections].find(({ id }) => id === session.id)?._socket;
        if (!cut && socket?.writable) return done();
        unanswered.add(to ?? '');
        socket?.destroy();
      };
      // A client that dies in the middle of a message has not handed it over.
      take().catch(() => undefined);
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.server.address() as AddressInfo;
  return {
    smtpUrl: `smtp://127.0.0.1:${port}`,
    kept,
    unanswered,
    stop: () => new Promise((closed) => void server.close(() => closed())),
  };
}
