import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { Ajv, type SchemaObject } from 'ajv';
import { describe, expect, it } from 'vitest';
import {
  commandOf,
  composeFile,
  dockerfile as readDockerfile,
  root,
  type ComposeService,
} from '../../support/compose-file.ts';
import { composeSubset } from '../../support/compose-schema.ts';

const file = composeFile();
const services = Object.entries(file.services);
const packageJson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  version: string;
  dependencies: Record<string, string>;
};
const dockerfile = readDockerfile();

/** Services that others wait for to end, and the command that a person runs: neither stays up to be asked. */
const passing = new Set(
  services.flatMap(([name, { depends_on = {}, profiles }]) => [
    ...(profiles ? [name] : []),
    ...Object.entries(depends_on).flatMap(([other, { condition }]) =>
      condition === 'service_completed_successfully' ? [other] : [],
    ),
  ]),
);

function publishedSchema(): SchemaObject | undefined {
  try {
    const place = createRequire(import.meta.url).resolve('dclint/package.json');
    const text = readFileSync(join(dirname(place), 'schemas/compose.schema.json'), 'utf8');
    // The address of draft 7 has http:, which Ajv knows it by; the published file says https:.
    return { ...(JSON.parse(text) as SchemaObject), $schema: 'http://json-schema.org/draft-07/schema#' };
  } catch {
    return undefined;
  }
}
const published = publishedSchema();

describe('docker-compose.yml', () => {
  it('is valid by the closed part of the Compose specification that it uses', () => {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    expect(ajv.validate(composeSubset, file) || ajv.errors).toBe(true);
  });

  it('has no key and no value that the specification does not know', () => {
    const ajv = new Ajv2020({ strict: false });
    const broken = structuredClone(file) as unknown as { services: Record<string, Record<string, unknown>> };
    for (const wrong of [{ helthcheck: {} }, { restart: 'sometimes' }, { environment: { DB_PORT: 5432 } }]) {
      broken.services['api'] = { ...file.services['api'], ...wrong };
      expect(ajv.validate(composeSubset, broken)).toBe(false);
    }
  });

  it.runIf(published)('is valid by the published schema of the Compose specification', () => {
    const ajv = new Ajv({ strict: false, allErrors: true, formats: { duration: true } });
    expect(ajv.validate(published!, file) || ajv.errors).toBe(true);
  });

  it.each(services)('%s runs an image of one exact version', (_name, { image }) => {
    expect(image).toMatch(/^[a-z/-]+:\d+\.\d+(\.\d+)?(-[a-z]+)?$/u);
  });

  it.each(services)(
    '%s has bounded logs, memory and processors, and says when it starts again',
    (_name, it) => {
      expect(it.restart).toBeDefined();
      expect(it.logging?.options).toEqual({ 'max-size': '20m', 'max-file': '5' });
      expect(it.deploy?.resources.limits).toEqual({
        cpus: expect.stringMatching(/^\d/u) as string,
        memory: expect.stringMatching(/^\d/u) as string,
      });
    },
  );

  it.each(services)('%s has a health check, unless it ends by itself', (name, { healthcheck, restart }) => {
    if (passing.has(name)) {
      expect(healthcheck).toEqual({ disable: true });
      expect(restart).not.toMatch(/always|unless-stopped/u);
    } else expect(healthcheck?.test?.length).toBeGreaterThan(1);
  });

  it.each(services)('%s waits only for what can come about', (_name, { depends_on = {} }) => {
    for (const [other, { condition }] of Object.entries(depends_on)) {
      expect(file.services).toHaveProperty(other);
      expect(condition === 'service_completed_successfully').toBe(passing.has(other));
    }
  });

  it.each(services)('%s has networks, volumes and secrets that are declared', (_name, it) => {
    for (const network of it.networks ?? []) expect(file.networks).toHaveProperty(network);
    for (const secret of it.secrets ?? []) expect(file.secrets).toHaveProperty(secret);
    for (const [source = ''] of (it.volumes ?? []).map((volume) => volume.split(':')))
      if (source.startsWith('.')) expect(existsSync(join(root, source))).toBe(true);
      else expect(file.volumes).toHaveProperty(source);
  });

  it('opens no database to anybody outside, and everything else to this machine alone', () => {
    for (const [name, { image, ports = [], networks = [] }] of services) {
      if (image.startsWith('postgres:')) {
        expect(ports, name).toEqual([]);
        expect(networks.every((network) => file.networks[network]?.internal)).toBe(true);
      }
      for (const port of ports) expect(port, name).toMatch(/^127\.0\.0\.1:/u);
    }
  });

  it('runs our image at the version of package.json', () => {
    const ours = services.filter(([, { image }]) => image.startsWith('yilu:'));
    expect(ours.map(([name]) => name)).toEqual(['api', 'worker', 'yilu']);
    for (const [, { image }] of ours) expect(image).toBe(`yilu:${packageJson.version}`);
  });
});

describe('secrets', () => {
  const holdsSecret = /PASS|PWD|SECRET|TOKEN|KEY|SMTP_URL/u;

  it.each(services)('%s takes each from a file that it was given', (_name, it) => {
    for (const [name, value] of Object.entries(it.environment ?? {})) {
      if (URL.canParse(value)) expect(new URL(value).password, name).toBe('');
      if (!holdsSecret.test(name)) continue;
      const [, secret] = /^\/run\/secrets\/(.+)$/u.exec(value) ?? [];
      expect(name).toMatch(/_FILE$/u);
      expect(it.secrets).toContain(secret);
    }
  });

  it('are made once by one script, and kept when it runs again', () => {
    const folder = mkdtempSync(join(tmpdir(), 'yilu-secrets-'));
    const read = (): Record<string, string> =>
      Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
    const make = (): unknown => execFileSync('sh', [join(root, 'deploy/make-secrets.sh'), folder]);
    try {
      make();
      const made = read();
      expect(Object.keys(made).toSorted()).toEqual(Object.keys(file.secrets).toSorted());
      expect(made['database_password']).toMatch(/^[A-Za-z0-9]{40}$/u);
      expect(made['temporal_database_password']).toMatch(/^[A-Za-z0-9]{40}$/u);
      expect(made['link_secret']).toMatch(/^[A-Za-z0-9]{40}$/u);
      expect(made['database_password']).not.toBe(made['temporal_database_password']);
      expect(statSync(folder).mode & 0o777).toBe(0o700);
      make();
      expect(read()).toEqual(made);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('lie where the engine looks for them and where git does not', () => {
    for (const [name, { file: path }] of Object.entries(file.secrets)) {
      expect(path).toBe(`./deploy/secrets/${name}`);
      execFileSync('git', ['check-ignore', '--quiet', path], { cwd: root });
    }
  });
});

describe('commands', () => {
  const words = (it: ComposeService): string[] =>
    [...(it.entrypoint ?? []), ...(it.command ?? [])].flatMap((word) => word.split(/[ =]/u));
  const scripts = services.flatMap(([name, it]) =>
    words(it)
      .filter((word) => word.startsWith('/deploy/'))
      .map((script): [string, string, ComposeService] => [name, script, it]),
  );

  it.each(scripts)('%s: %s is a script of ours that the shell understands', (_name, script, it) => {
    const [source = ''] = (it.volumes ?? []).find((volume) => volume.includes(':/deploy'))?.split(':') ?? [];
    execFileSync('sh', ['-n', join(root, source, script.slice('/deploy/'.length))]);
  });

  it.each(services.filter(([, { image }]) => image.startsWith('yilu:')))(
    '%s: each file is in the image',
    (_name, it) => {
      const check = it.healthcheck?.test?.slice(1) ?? [];
      const files = [...commandOf(it), ...check].filter((word) => /\.(ts|mjs)$/u.test(word));
      expect(files.length).toBeGreaterThan(0);
      for (const path of files) expect(existsSync(join(root, path)), path).toBe(true);
    },
  );
});

describe('Dockerfile', () => {
  const copied = [...dockerfile.matchAll(/^COPY (\w+) \.\/\1$/gmu)].map(([, folder]) => folder!);

  it('has the Node.js of package.json, at one exact version', () => {
    const [, version] = /^ARG NODE_IMAGE=node:(\S+)-bookworm-slim$/mu.exec(dockerfile) ?? [];
    expect(version).toBe(packageJson.dependencies['node']);
    for (const [, from] of dockerfile.matchAll(/^FROM (\S+)/gmu)) expect(from).toBe('${NODE_IMAGE}');
  });

  it('does not run as root', () => {
    expect(/^USER (\w+)$/mu.exec(dockerfile)?.[1]).toBe('node');
  });

  it('copies every folder that the programs import from', () => {
    const imports = new Set<string>();
    const visit = (folder: string): void => {
      for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
        const path = `${folder}/${entry.name}`;
        if (entry.isDirectory()) visit(path);
        if (!/\.(ts|mjs)$/u.test(entry.name)) continue;
        const source = readFileSync(join(root, path), 'utf8');
        for (const [, target] of source.matchAll(/(?:from|import) '(\.[^']+)'/gu))
          imports.add(join(dirname(path), target!).split('/')[0]!);
      }
    };
    for (const folder of ['api', 'worker', 'cli', 'deploy']) visit(folder);
    for (const folder of imports) expect(copied).toContain(folder);
  });

  it('copies nothing that .dockerignore keeps away', () => {
    const allowed = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');
    expect(allowed).toContain('*');
    expect(allowed).toContain('deploy/secrets');
    for (const folder of copied) expect(allowed).toContain(`!${folder}`);
  });
});
