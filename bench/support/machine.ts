import { cpus, loadavg, release, totalmem, type } from 'node:os';

/** @returns what the figures were taken on: cores, memory, systems, and how busy it was, but not which machine */
export function machine(): string {
  const memory = Math.round(totalmem() / 2 ** 30);
  const [load = 0] = loadavg();
  return [
    `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), ${memory} GiB`,
    `${type()} ${release().replace(/[^\d.].*$/u, '')}`,
    `Node.js ${process.version}`,
    `load average at the end ${load.toFixed(1)}`,
  ].join('; ');
}
