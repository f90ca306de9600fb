import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A message that was sent, as the catcher keeps and shows it. */
export interface CaughtMessage {
  id: string;
  receivedAtMs: number;
  from: string;
  to: string[];
  subject: string;
  text: string;
  html: string;
  attachments: { name: string; type: string; bytes: number }[];
}

/** A catcher is for looking at what was sent lately, not an archive. */
const KEEP = 2_000;

/** Messages in a file of JSON lines, the newest {@link KEEP} of them also in memory. */
export interface MessageStore {
  /** Newest first. */
  list(): CaughtMessage[];
  find(id: string): CaughtMessage | undefined;
  /** Resolves when the message is on disk. */
  add(message: Omit<CaughtMessage, 'id'>): Promise<CaughtMessage>;
  clear(): Promise<void>;
}

export async function openMessageStore(file: string): Promise<MessageStore> {
  await mkdir(dirname(file), { recursive: true });
  let messages: CaughtMessage[] = [];
  for (const line of (await readFile(file, 'utf8').catch(() => '')).split('\n'))
    try {
      if (line) messages.push(JSON.parse(line) as CaughtMessage);
    } catch {
      // the last line of a process that was killed while it wrote; its sender was not told that it was taken
    }
  let writing: Promise<void> = Promise.resolve();
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const done = writing.then(work);
    writing = done.catch(() => undefined);
    return done;
  };
  const rewrite = async (): Promise<void> => {
    await writeFile(`${file}.new`, messages.map((message) => `${JSON.stringify(message)}\n`).join(''));
    await rename(`${file}.new`, file);
  };
  messages = messages.slice(-KEEP);
  await inTurn(rewrite);
  let arrived: CaughtMessage[] = [];
  let flushing: Promise<void> | undefined;
  return {
    list: () => messages.toReversed(),
    find: (id) => messages.find((message) => message.id === id),
    async add(message) {
      const caught = { id: randomUUID(), ...message };
      arrived.push(caught);
      // What arrives while one write is under way goes to disk together with the next.
      flushing ??= inTurn(async () => {
        const together = arrived;
        arrived = [];
        flushing = undefined;
        await appendFile(file, together.map((one) => `${JSON.stringify(one)}\n`).join(''));
        messages.push(...together);
        if (messages.length < 2 * KEEP) return;
        messages = messages.slice(-KEEP);
        await rewrite();
      });
      await flushing;
      return caught;
    },
    clear: () =>
      inTurn(async () => {
        messages = [];
        await rewrite();
      }),
  };
}
