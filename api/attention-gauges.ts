import { Gauge, type Registry } from 'prom-client';
import type { StoreDeps } from '../store/deps.ts';
import { outgoingHold } from '../store/outgoing.ts';
import { warnings, type Warnings } from '../store/warnings.ts';

/** Gauges of what waits for a person, asked of the record when somebody reads them; NaN while PostgreSQL is away. */
export function attentionGauges(store: Pick<StoreDeps, 'pool'>, registry: Registry): void {
  const registers = [registry];
  new Gauge({
    name: 'yilu_outgoing_held',
    help: '1 while messages and outside work are held until a person releases them',
    registers,
    async collect() {
      const held = outgoingHold(store).then((hold) => (hold ? 1 : 0));
      this.set(await held.catch(() => Number.NaN));
    },
  });
  const warned = async (): Promise<Warnings> =>
    warnings(store).catch(() => ({ refusedFacts: Number.NaN, failedNotices: Number.NaN }));
  new Gauge({
    name: 'yilu_inbox_refused',
    help: 'Facts from other systems that were refused, and that nobody has acknowledged',
    registers,
    async collect() {
      this.set((await warned()).refusedFacts);
    },
  });
  new Gauge({
    name: 'yilu_notices_failed',
    help: 'Notices that reached nobody, neither acknowledged nor mended by a later one',
    registers,
    async collect() {
      this.set((await warned()).failedNotices);
    },
  });
}
