import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { composeFile, root } from '../../support/compose-file.ts';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const operations = read('docs/operations.md');
const { services } = composeFile();

/** Every fenced command, and every one within a sentence. */
const commands = [
  ...[...operations.matchAll(/```sh\n(.*?)```/gsu)].flatMap(([, block]) =>
    block!.replaceAll(/\\\n\s*/gu, '').split('\n'),
  ),
  ...[...operations.matchAll(/`([^`\n]+)`/gu)].map(([, text]) => text!),
].map((line) => line.trim());

describe('docs/operations.md', () => {
  it.each(['api/settings.ts', 'worker/settings.ts', 'messaging/settings.ts', 'messaging/link-settings.ts'])(
    'documents every setting that %s reads',
    (path) => {
      const names = [...read(path).matchAll(/'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'|^ {4}([A-Z_]{4,}):/gmu)].map(
        ([, quoted, key]) => (quoted ?? key)!,
      );
      const known = [...new Set(names)].filter((name) => name !== 'YILU_RELEASE');
      expect(known.length).toBeGreaterThan(1);
      for (const name of known) expect(operations, `${path}: ${name}`).toContain(name);
    },
  );

  it('names only settings that Temporal reads', () => {
    const lib = 'node_modules/@temporalio/envconfig/lib';
    const known = readdirSync(join(root, lib))
      .filter((file) => file.endsWith('.js'))
      .map((file) => read(`${lib}/${file}`))
      .join('');
    const named = [...operations.matchAll(/\bTEMPORAL_[A-Z_]+[A-Z]\b/gu)].map(([name]) => name);
    expect(named.length).toBeGreaterThan(8);
    // A secret's file is ours to read.
    for (const name of named)
      expect(known).toContain(name === 'TEMPORAL_API_KEY_FILE' ? 'TEMPORAL_API_KEY' : name);
  });

  it('names only metrics that there are', () => {
    const metrics = [
      'api/metrics.ts',
      'api/attention-gauges.ts',
      'api/message-gauges.ts',
      'worker/metrics.ts',
    ]
      .map(read)
      .join('');
    for (const [, name] of operations.matchAll(/`(yilu_(?!temporal)[a-z_]+)/gu))
      expect(metrics).toContain(`'${name}'`);
  });

  it('names only files of ours that there are', () => {
    const named = commands.flatMap(
      (line) => line.match(/(?<=^| |\.\/)deploy\/[\w./-]+\.(?:sh|ts|mjs)/gu) ?? [],
    );
    const mounted = commands.flatMap((line) => line.match(/(?<= )\/deploy\/[\w-]+\.sh/gu) ?? []);
    expect(named.length).toBeGreaterThan(3);
    expect(mounted.length).toBeGreaterThan(1);
    for (const path of named) expect(existsSync(join(root, path)), path).toBe(true);
    for (const path of mounted)
      expect(existsSync(join(root, path.replace('/deploy', 'deploy/postgres'))), path).toBe(true);
  });

  it('names only services of the compose file', () => {
    const calls = commands.filter((line) => /docker compose (?:exec|run|up|stop|rm|restart)\b/u.test(line));
    expect(calls.length).toBeGreaterThan(10);
    for (const call of calls) {
      const [, verb, rest = ''] = /docker compose (\w+)([^#]*)/u.exec(call) ?? [];
      const words = rest
        .replaceAll(/"[^"]*"|--entrypoint \S+/gu, '')
        .split(' ')
        .filter((word) => word && !word.startsWith('-'));
      for (const name of verb === 'exec' || verb === 'run' ? words.slice(0, 1) : words)
        if (name !== '…') expect(services, call).toHaveProperty(name);
    }
  });

  it("names the compose file's volumes as the engine does", () => {
    const { name, volumes } = composeFile();
    for (const [, volume] of operations.matchAll(/docker volume rm (\S+)/gu))
      expect(Object.keys(volumes).map((own) => `${name}_${own}`)).toContain(volume);
  });
});
