import { Gauge, type Registry } from 'prom-client';
import { messageStanding, type MessageStanding } from '../store/messages/standing.ts';

/**
 * Gauges of what waits to leave, asked of the record when somebody reads them; the age is NaN, and the counts are
 * missing, while PostgreSQL is away. What has left is counted by the worker.
 */
export function messageGauges(store: Parameters<typeof messageStanding>[0], registry: Registry): void {
  const registers = [registry];
  /** Four gauges, one question. */
  let asked: Promise<MessageStanding | undefined> | undefined;
  const now = (): Promise<MessageStanding | undefined> =>
    (asked ??= messageStanding(store)
      .catch(() => undefined)
      .finally(() => (asked = undefined)));
  new Gauge({
    name: 'yilu_notices',
    help: 'Notices by status, but for those that arrived or are pointless; `reason` of those that are held',
    labelNames: ['status', 'reason'],
    registers,
    async collect() {
      const standing = await now();
      this.reset();
      for (const status of standing ? ['queued', 'sending', 'failed', 'unknown'] : [])
        this.set({ status, reason: '' }, 0);
      for (const { status, reason, count } of standing?.notices ?? []) this.set({ status, reason }, count);
    },
  });
  new Gauge({
    name: 'yilu_messages',
    help: 'Messages by channel and status, but for those that have left or are pointless',
    labelNames: ['channel', 'status'],
    registers,
    async collect() {
      const standing = await now();
      this.reset();
      for (const { channel, status, count } of standing?.messages ?? []) this.set({ channel, status }, count);
    },
  });
  new Gauge({
    name: 'yilu_notice_oldest_seconds',
    help: 'How long the oldest notice has been free to leave and has not; what is held on purpose does not count',
    labelNames: ['to'],
    registers,
    async collect() {
      const standing = await now();
      for (const to of ['resident', 'staff'] as const)
        this.set({ to }, standing?.oldestSeconds[to] ?? Number.NaN);
    },
  });
  new Gauge({
    name: 'yilu_replies_unread',
    help: 'Text messages of residents that no rule understood and nobody has read',
    registers,
    async collect() {
      this.set((await now())?.unreadReplies ?? Number.NaN);
    },
  });
}
