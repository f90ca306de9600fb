import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../local/embedded-postgres.ts';
import { startNodeService } from '../../local/node-service.ts';
import { startOutsideSimulator, type OutsideSimulator } from '../../local/outside-simulator.ts';
import { tryPort } from '../../local/ports.ts';
import { logTail, type Running } from '../../local/running.ts';
import { startTemporalServer, type TemporalServer } from '../../local/temporal-server.ts';

const root = new URL('../../', import.meta.url).pathname;

export const parts = ['worker', 'api', 'temporal', 'postgres'] as const;
export type Part = (typeof parts)[number];

/** The whole system as real processes, each of which can be killed and started again where it was. */
export class System {
  readonly folder: string;
  readonly home: string;
  readonly url: string;
  readonly simulator: OutsideSimulator;
  readonly #port: number;
  #postgres: EmbeddedPostgres;
  #temporal: TemporalServer;
  #running: Partial<Record<Part, Running>> = {};

  private constructor(
    folder: string,
    port: number,
    simulator: OutsideSimulator,
    postgres: EmbeddedPostgres,
    temporal: TemporalServer,
  ) {
    this.folder = folder;
    this.home = join(folder, 'home');
    this.#port = port;
    this.url = `http://127.0.0.1:${port}`;
    this.simulator = simulator;
    this.#postgres = postgres;
    this.#temporal = temporal;
    this.#running = { postgres, temporal };
  }

  get databaseUrl(): string {
    return this.#postgres.url;
  }

  /** What any of Yilu's programs needs to find the rest. */
  get environment(): Record<string, string> {
    return {
      YILU_HOME: this.home,
      PORT: String(this.#port),
      DATABASE_URL: this.#postgres.url,
      TEMPORAL_ADDRESS: this.#temporal.address,
      TEMPORAL_NAMESPACE: 'default',
      YILU_LINK_SECRET: 'a secret for tests, long enough to be one',
      YILU_OUTSIDE_BOOKING_URL: this.simulator.url,
      YILU_RELEASE: 'test',
    };
  }

  static async start(): Promise<System> {
    const folder = await mkdtemp(join(tmpdir(), 'yilu-crash-'));
    const simulator = await startOutsideSimulator({
      file: join(folder, 'bookings.jsonl'),
      latencyMs: 50,
      appointmentInMs: 90_000,
    });
    const postgres = await System.#startPostgres(folder);
    const temporal = await System.#startTemporal(folder);
    const port = await tryPort(0);
    if (port === undefined) throw new Error('no port is free');
    return new System(folder, port, simulator, postgres, temporal);
  }

  static #startPostgres = (folder: string): Promise<EmbeddedPostgres> =>
    startEmbeddedPostgres({ folder: join(folder, 'postgres'), logFile: join(folder, 'postgres.log') });

  static #startTemporal = (folder: string): Promise<TemporalServer> =>
    startTemporalServer({
      folder: join(folder, 'temporal'),
      logFile: join(folder, 'temporal.log'),
      headless: true,
    });

  async up(part: Part): Promise<void> {
    const { folder } = this;
    if (part === 'postgres') this.#running.postgres = this.#postgres = await System.#startPostgres(folder);
    else if (part === 'temporal')
      this.#running.temporal = this.#temporal = await System.#startTemporal(folder);
    else
      this.#running[part] = await startNodeService({
        name: part,
        entry: join(root, part, 'main.ts'),
        env: this.environment,
        logFile: join(folder, `${part}.log`),
        ready: part === 'api' ? { url: `${this.url}/healthz` } : { line: 'worker ready' },
      });
  }

  /** `kill -9`, and waits until it is gone. */
  async kill(part: Part): Promise<void> {
    const running = this.#running[part];
    if (!running) throw new Error(`${part} is not running`);
    try {
      process.kill(running.pid, 'SIGKILL');
    } catch (cause) {
      throw new Error(`${part} had died by itself:\n${logTail(join(this.folder, `${part}.log`))}`, { cause });
    }
    await running.exited;
    delete this.#running[part];
  }

  /** Temporal forgets everything: its store is deleted while it is down. */
  async loseTemporalStore(): Promise<void> {
    await this.kill('temporal');
    for (const suffix of ['', '-wal', '-shm'])
      await rm(join(this.folder, 'temporal', `temporal.db${suffix}`), { force: true });
    await this.up('temporal');
  }

  async stop(): Promise<void> {
    for (const part of parts) await this.#running[part]?.stop();
    await this.simulator.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
