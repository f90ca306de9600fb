import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export const root = join(import.meta.dirname, '../..');

export interface HealthCheck {
  test?: string[];
  disable?: boolean;
}

export interface ComposeService {
  image: string;
  entrypoint?: string[];
  command?: string[];
  environment?: Record<string, string>;
  healthcheck?: HealthCheck;
  restart?: string;
  profiles?: string[];
  ports?: string[];
  secrets?: string[];
  volumes?: string[];
  networks?: string[];
  network_mode?: string;
  depends_on?: Record<string, { condition: string }>;
  logging?: { options: Record<string, string> };
  deploy?: { resources: { limits: { cpus: string; memory: string } } };
}

export interface ComposeFile {
  name: string;
  services: Record<string, ComposeService>;
  secrets: Record<string, { file: string }>;
  volumes: Record<string, unknown>;
  networks: Record<string, { internal?: boolean }>;
}

/** What an engine puts in for `${NAME:-default}` when nobody has set `NAME`; the file uses no other form. */
function withDefaults(text: string): string {
  const filled = text.replaceAll(/\$\{[A-Z_]+:-([^}]*)\}/gu, '$1');
  const left = /\$\{[^}]*\}?/u.exec(filled);
  if (left) throw new Error(`docker-compose.yml: ${left[0]} has no default; write it as \${NAME:-default}`);
  return filled;
}

/** @returns docker-compose.yml as an engine takes it when nothing is set: anchors merged, defaults filled in */
export const composeFile = (): ComposeFile =>
  parse(withDefaults(readFileSync(join(root, 'docker-compose.yml'), 'utf8')), { merge: true }) as ComposeFile;

export const dockerfile = (): string => readFileSync(join(root, 'Dockerfile'), 'utf8');

/** @returns the arguments of an instruction in the last stage of the Dockerfile, such as those of `CMD` */
export function dockerfileCommand(instruction: 'CMD' | 'HEALTHCHECK'): string[] {
  const text = dockerfile().replaceAll(/\\\n\s*/gu, '');
  const line = text.split('\n').findLast((candidate) => candidate.startsWith(`${instruction} `));
  const list = /\[.*\]$/u.exec(line ?? '');
  if (!list) throw new Error(`Dockerfile: no ${instruction} with a list of arguments`);
  return JSON.parse(list[0]) as string[];
}

/** @returns the whole command of a service: its own, else what the image was made with */
export function commandOf({ entrypoint = [], command }: ComposeService): string[] {
  return [...entrypoint, ...(command ?? dockerfileCommand('CMD'))];
}

/** @returns the environment that the image was made with */
export function dockerfileEnvironment(): Record<string, string> {
  const line = /^ENV (.*)$/mu.exec(dockerfile())?.[1] ?? '';
  return Object.fromEntries(
    line.split(' ').map((pair): [string, string] => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
