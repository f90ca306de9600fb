import { spawn } from 'node:child_process';

const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/**
 * Runs a program to its end and keeps what it said.
 * @param {{ timeoutMs?: number, env?: object, cwd?: string, shell?: boolean }} options
 * @returns {Promise<{ ok: boolean, output: string }>} never rejects: a program that is missing is one that failed
 */
export function runQuietly(command, args, { timeoutMs = 60_000, env, cwd, shell = false } = {}) {
  return new Promise((done) => {
    let output = '';
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      shell,
    });
    running.add(child);
    const timer = setTimeout(() => {
      output += `\nstopped after ${timeoutMs / 1000} s`;
      child.kill('SIGKILL');
    }, timeoutMs);
    const hear = (chunk) => {
      output = (output + chunk).slice(-20_000);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('error', (error) => {
      clearTimeout(timer);
      running.delete(child);
      done({ ok: false, output: error.message });
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      running.delete(child);
      done({ ok: code === 0, output });
    });
  });
}
