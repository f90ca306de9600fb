import { expect, it } from 'vitest';
import { readSettings } from '../../../api/settings.ts';

const needed = {
  DATABASE_URL: 'postgres://user:password@host:5432/yilu',
  YILU_LINK_SECRET: 'a secret for tests, long enough to be one',
};

it('the log level has one name for every process', () => {
  expect(readSettings(needed).logLevel).toBe('info');
  expect(readSettings({ ...needed, YILU_LOG_LEVEL: 'debug' }).logLevel).toBe('debug');
  expect(() => readSettings({ ...needed, YILU_LOG_LEVEL: 'loud' })).toThrow(/YILU_LOG_LEVEL/u);
});
