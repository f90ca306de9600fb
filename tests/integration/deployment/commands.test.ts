import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Connection } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { temporalPath } from '../../../local/binaries.ts';
import { commandOf, composeFile, dockerfile, dockerfileCommand, root } from '../../support/compose-file.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { freePort, runDeployed, secretsFolder, type Deployed } from '../../support/deployed-process.ts';

const { services } = composeFile();
const service = (name: string) => services[name]!;
const secrets = secretsFolder();
const running: Deployed[] = [];
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  for (const process of running.splice(0)) {
    process.signal('SIGKILL');
    await process.exitCode;
  }
});
afterAll(async () => {
  await database.drop();
  secrets.remove();
});

function start(name: string, changed: Record<string, string>): Deployed {
  const settings = secrets.settingsOf(service(name), database.url);
  const process = runDeployed(commandOf(service(name)), { ...settings, ...changed });
  running.push(process);
  return process;
}

/** The health check of a container, at the port where the test has the program. */
function checkHealth(test: readonly string[], port: number): Promise<number | null> {
  const command = test
    .filter((word) => word !== 'CMD')
    .map((word) => word.replace(/127\.0\.0\.1:\d+/u, `127.0.0.1:${port}`));
  return runDeployed(command, {}).exitCode;
}

async function becomesHealthy(test: readonly string[], port: number, program: Deployed): Promise<void> {
  let ended = false;
  void program.exitCode.then(() => (ended = true));
  while ((await checkHealth(test, port)) !== 0)
    if (ended) throw new Error(`it ended without becoming healthy:\n${program.output()}`);
}

describe('what the containers run', () => {
  it('api: healthy by the check of the compose file and by that of the image, with its password from a file', async () => {
    const port = await freePort();
    const api = start('api', { PORT: String(port), TEMPORAL_ADDRESS: inject('temporalAddress') });
    await becomesHealthy(service('api').healthcheck!.test!, port, api);
    // Other containers, and the published port, reach it by the container's address.
    expect(api.output()).toContain('"host":"0.0.0.0"');
    expect(await checkHealth(dockerfileCommand('HEALTHCHECK'), port)).toBe(0);
    api.signal('SIGTERM');
    expect(await api.exitCode).toBe(0);
    expect(await checkHealth(service('api').healthcheck!.test!, port)).toBe(1);
  });

  it('worker: ready, healthy, and stops when told', async () => {
    const port = await freePort();
    const worker = start('worker', {
      YILU_WORKER_METRICS_PORT: String(port),
      TEMPORAL_ADDRESS: inject('temporalAddress'),
    });
    await worker.says('worker ready');
    await becomesHealthy(service('worker').healthcheck!.test!, port, worker);
    worker.signal('SIGTERM');
    expect(await worker.exitCode).toBe(0);
  });

  it('worker: says that it waits for Temporal, is healthy meanwhile, and stops when told', async () => {
    const port = await freePort();
    const nobody = await freePort();
    const worker = start('worker', {
      YILU_WORKER_METRICS_PORT: String(port),
      TEMPORAL_ADDRESS: `127.0.0.1:${nobody}`,
    });
    await worker.says('"waitsFor":"Temporal"');
    await becomesHealthy(service('worker').healthcheck!.test!, port, worker);
    worker.signal('SIGTERM');
    expect(await worker.exitCode).toBe(0);
  });

  it('yilu: the command answers', async () => {
    const command = start('yilu', {});
    expect(await command.exitCode).toBe(0);
    expect(command.output()).toContain('yilu');
  });

  it('yilu outgoing: holds what leaves, says what waits, and releases it only on a yes', async () => {
    const outgoing = async (code: number, ...words: string[]): Promise<string> => {
      const env = secrets.settingsOf(service('yilu'), database.url);
      const { entrypoint = [] } = service('yilu');
      const process = runDeployed([...entrypoint, 'outgoing', ...words], env);
      expect(await process.exitCode, process.output()).toBe(code);
      return process.output();
    };
    expect(await outgoing(0, 'status')).toContain('outgoing is not held');
    expect(await outgoing(2, 'hold')).toContain('--reason');
    await outgoing(0, 'hold', '--reason', 'restored to Monday 09:00', '--by', 'on-call');
    expect(await outgoing(0)).toMatch(/outgoing is held since .*\(on-call\)\nrestored to Monday 09:00\n/u);
    // Nobody can be asked in a process without a terminal.
    expect(await outgoing(1, 'release')).toMatch(
      /0 notices, 0 pieces of outside work[^]*Nothing was released/u,
    );
    expect(await outgoing(0, 'status')).toContain('outgoing is held');
    expect(await outgoing(0, 'release', '--yes', '--by', 'on-call')).toContain('released by on-call');
    expect(await outgoing(0, 'status')).toContain('outgoing is not held');
  });

  it('temporal-namespace: makes the namespace with a month of history, and leaves one that is there alone', async () => {
    const namespace = `deployed-${randomUUID()}`;
    const bin = mkdtempSync(join(tmpdir(), 'yilu-bin-'));
    symlinkSync(temporalPath(), join(bin, 'temporal'));
    const address = inject('temporalAddress');
    const [shell = '', script = ''] = commandOf(service('temporal-namespace'));
    const make = async (): Promise<string> => {
      const process = runDeployed([shell, join(root, script.replace('/deploy', 'deploy/temporal'))], {
        ...service('temporal-namespace').environment,
        PATH: `${bin}${delimiter}${globalThis.process.env['PATH']}`,
        TEMPORAL_ADDRESS: address,
        TEMPORAL_NAMESPACE: namespace,
      });
      expect(await process.exitCode, process.output()).toBe(0);
      return process.output();
    };
    await make();
    const connection = await Connection.connect({ address });
    try {
      const { config } = await connection.workflowService.describeNamespace({ namespace });
      expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(30 * 24 * 3_600);
    } finally {
      await connection.close();
    }
    expect(await make()).toContain(`namespace ${namespace} is there`);
    rmSync(bin, { recursive: true });
  });

  it('the image is prepared by one command that may be repeated', async () => {
    const [, ...command] = /^RUN (node) (deploy\/\S+)$/mu.exec(dockerfile()) ?? [];
    const prepare = runDeployed(command, {});
    expect(await prepare.exitCode, prepare.output()).toBe(0);
    expect(prepare.output()).toMatch(/workflow bundle: \d/u);
  });

  it('a secret that is not there ends the program with one sentence, and no password in it', async () => {
    const api = start('api', { DATABASE_PASSWORD_FILE: '/run/secrets/none' });
    expect(await api.exitCode).toBe(1);
    expect(api.output()).toContain('DATABASE_PASSWORD_FILE=/run/secrets/none cannot be read (ENOENT)');
  });
});
