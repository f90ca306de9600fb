import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { StoreDeps } from '../store/deps.ts';
import { owedPokeCount, type OwedCount } from '../store/owed-pokes.ts';
import { attentionGauges } from './attention-gauges.ts';
import { messageGauges } from './message-gauges.ts';

export interface ApiMetrics {
  request(method: string, route: string, status: number, seconds: number): void;
  command(kind: string, status: string): void;
  poke(result: 'sent' | 'failed' | 'leftToRelay'): void;
  /** @returns the page that Prometheus reads; counts and durations only, nobody's data */
  page(): Promise<{ readonly contentType: string; readonly text: string }>;
}

export function createMetrics(store: Pick<StoreDeps, 'pool' | 'clock' | 'calendar'>): ApiMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const requests = new Histogram({
    name: 'yilu_http_request_seconds',
    help: 'Time to answer a request',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  });
  const commands = new Counter({
    name: 'yilu_commands_total',
    help: 'Commands by kind and by what became of them',
    labelNames: ['kind', 'status'],
    registers,
  });
  const pokes = new Counter({
    name: 'yilu_pokes_total',
    help: 'Pokes that this process sent right after a commit',
    labelNames: ['result'],
    registers,
  });
  new Gauge({
    name: 'yilu_database_connections',
    help: 'Connections of this process to PostgreSQL',
    labelNames: ['state'],
    registers,
    collect() {
      this.set({ state: 'open' }, store.pool.totalCount);
      this.set({ state: 'idle' }, store.pool.idleCount);
      this.set({ state: 'waitedFor' }, store.pool.waitingCount);
    },
  });
  /** Two gauges, one question. */
  let asked: Promise<Pick<OwedCount, 'owed' | 'calm'>> | undefined;
  const owedNow = (): Promise<Pick<OwedCount, 'owed' | 'calm'>> =>
    (asked ??= owedPokeCount(store)
      .catch(() => ({ owed: Number.NaN, calm: Number.NaN }))
      .finally(() => (asked = undefined)));
  new Gauge({
    name: 'yilu_pokes_owed',
    help: 'Pokes that cannot wait and that no workflow has answered yet; NaN while PostgreSQL is away',
    registers,
    async collect() {
      this.set((await owedNow()).owed);
    },
  });
  new Gauge({
    name: 'yilu_clocks_to_set',
    help: 'First clocks that wait their turn, as their deadlines are far away; NaN while PostgreSQL is away',
    registers,
    async collect() {
      this.set((await owedNow()).calm);
    },
  });
  attentionGauges(store, registry);
  messageGauges(store, registry);
  return {
    request: (method, route, status, seconds) =>
      requests.observe({ method, route, status: String(status) }, seconds),
    command: (kind, status) => commands.inc({ kind, status }),
    poke: (result) => pokes.inc({ result }),
    page: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}
