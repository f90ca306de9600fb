import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readSettingFiles } from '../../../deploy/read-setting-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'yilu-settings-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function secret(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('settings from files', () => {
  it('NAME_FILE gives NAME, without the line end that editors add', () => {
    const path = secret('smtp', 'smtp://mail.example:25\n');
    expect(readSettingFiles({ SMTP_URL_FILE: path })).toEqual({
      values: { SMTP_URL: 'smtp://mail.example:25' },
      consumed: ['SMTP_URL_FILE'],
    });
  });

  it('an empty file leaves the setting unset', () => {
    expect(readSettingFiles({ SMTP_URL_FILE: secret('empty', '\n') }).values).toEqual({});
  });

  it.each([
    ['letters', 'abc123'],
    ['what an address must quote', 'p@ss:w/rd%41#?ü'],
  ])('a password of %s gets into the address as it is', (_what, password) => {
    const { values } = readSettingFiles({
      DATABASE_URL: 'postgresql://yilu@db.example:5433/yilu?sslmode=require',
      DATABASE_PASSWORD_FILE: secret('password', password),
    });
    const url = new URL(values['DATABASE_URL'] ?? '');
    expect(decodeURIComponent(url.password)).toBe(password);
    url.password = '';
    expect(url.href).toBe('postgresql://yilu@db.example:5433/yilu?sslmode=require');
  });

  it.each([
    ['both ways', { SMTP_URL: 'smtp://a', SMTP_URL_FILE: secret('twice', 'smtp://b') }, /not both/u],
    ['a file that is not there', { DATABASE_URL_FILE: join(folder, 'none') }, /ENOENT.*name a file/su],
    ['a password without an address', { DATABASE_PASSWORD_FILE: secret('p', 'x') }, /without a password/u],
    [
      'a password twice',
      { DATABASE_URL: 'postgresql://yilu:y@db/yilu', DATABASE_PASSWORD_FILE: secret('q', 'x') },
      /without a password/u,
    ],
  ])('%s is refused with the remedy', (_what, env, message) => {
    expect(() => readSettingFiles(env)).toThrow(message);
  });

  it("leaves other programs' settings alone", () => {
    const env = { TEMPORAL_CONFIG_FILE: '/etc/temporal.toml', SSL_CERT_FILE: '/etc/ca.pem' };
    expect(readSettingFiles(env)).toEqual({ values: {}, consumed: [] });
  });
});
