import { readFileSync } from 'node:fs';

/** Settings that are secrets, or hold one. Any `YILU_…` setting may come from a file as well. */
const secretSettings = new Set(['DATABASE_URL', 'SMTP_URL', 'TEMPORAL_API_KEY']);

const mayComeFromFile = (name: string): boolean => secretSettings.has(name) || name.startsWith('YILU_');

function readSecret(setting: string, path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new Error(
      `${setting}=${path} 无法读取（${code}）；请给出本进程可读的文件。\n` +
        `${setting}=${path} cannot be read (${code}); name a file that this process may read.`,
      { cause },
    );
  }
}

function withPassword(url: string | undefined, password: string): string {
  const address = URL.canParse(url ?? '') ? new URL(url ?? '') : undefined;
  if (!address || address.password)
    throw new Error(
      '设置了 DATABASE_PASSWORD_FILE 时，DATABASE_URL 必须是不含密码的地址，例如 postgresql://yilu@postgres:5432/yilu。\n' +
        'With DATABASE_PASSWORD_FILE, DATABASE_URL must be an address without a password, such as postgresql://yilu@postgres:5432/yilu.',
    );
  // `URL` leaves characters such as % as they are, and whoever reads the address decodes them.
  address.password = encodeURIComponent(password);
  return address.href;
}

/**
 * Settings whose value lies in a file, as container engines and systemd hand over secrets: `NAME_FILE` names the file
 * that holds `NAME`, and `DATABASE_PASSWORD_FILE` the password that belongs into `DATABASE_URL`. White space around
 * the value does not count; an empty file leaves the setting unset.
 * @returns what to set, and which names have been dealt with; nothing is changed here
 * @throws Error with the remedy when a file cannot be read, or a setting is given both ways
 */
export function readSettingFiles(env: NodeJS.ProcessEnv): {
  readonly values: Record<string, string>;
  readonly consumed: readonly string[];
} {
  const values: Record<string, string> = {};
  const consumed: string[] = [];
  for (const [key, path] of Object.entries(env)) {
    const name = key.endsWith('_FILE') ? key.slice(0, -'_FILE'.length) : '';
    if (!path || !mayComeFromFile(name)) continue;
    if (env[name])
      throw new Error(
        `${name} 和 ${key} 只能设置一个。\nGive either ${name} or ${key}, not both: nobody could tell which one counts.`,
      );
    const value = readSecret(key, path);
    if (value) values[name] = value;
    consumed.push(key);
  }
  const passwordFile = env['DATABASE_PASSWORD_FILE'];
  if (passwordFile) {
    const password = readSecret('DATABASE_PASSWORD_FILE', passwordFile);
    values['DATABASE_URL'] = withPassword(values['DATABASE_URL'] ?? env['DATABASE_URL'], password);
    consumed.push('DATABASE_PASSWORD_FILE');
  }
  return { values, consumed };
}
