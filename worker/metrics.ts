import { createServer, type Server } from 'node:http';
import { Counter, Gauge, Registry, collectDefaultMetrics } from 'prom-client';

/** Counters of the worker; no label ever names a person, a journey or a place. */
export interface WorkerMetrics {
  readonly registry: Registry;
  readonly relayed: Counter;
  readonly watchdogPokes: Counter;
  readonly watchdogServed: Counter;
  readonly clocksLate: Gauge;
  readonly messages: Counter<'channel' | 'result'>;
  readonly activityFailures: Counter<'activity' | 'code'>;
}

export function createMetrics(): WorkerMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    relayed: new Counter({ name: 'yilu_relay_pokes_total', help: 'Pokes sent by the relay', registers }),
    watchdogPokes: new Counter({
      name: 'yilu_watchdog_pokes_total',
      help: 'Rows that were a minute late and were poked',
      registers,
    }),
    watchdogServed: new Counter({
      name: 'yilu_watchdog_served_total',
      help: 'Rows that a poke did not help and that the watchdog advanced itself',
      registers,
    }),
    clocksLate: new Gauge({
      name: 'yilu_clocks_late',
      help: 'Rows whose deadline or timer passed a minute ago, at the last look of the watchdog',
      registers,
    }),
    messages: new Counter({
      name: 'yilu_messages_total',
      help: 'Attempts at messages by channel and result',
      labelNames: ['channel', 'result'],
      registers,
    }),
    activityFailures: new Counter({
      name: 'yilu_activity_failures_total',
      help: 'Failed attempts of activities',
      labelNames: ['activity', 'code'],
      registers,
    }),
  };
}

/** @returns a server that answers every request with the metrics, for a scraper inside the network */
export function serveMetrics(registry: Registry, port: number): Server {
  const server = createServer((_request, response) => {
    void registry.metrics().then((text) => {
      response.writeHead(200, { 'content-type': registry.contentType }).end(text);
    });
  });
  return server.listen(port);
}
