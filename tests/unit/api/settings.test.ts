import { expect, it } from 'vitest';
import { readSettings } from '../../../api/settings.ts';

const DATABASE_URL = 'postgres://user:password@host:5432/yilu';

it('the log level has one name for every process', () => {
  expect(readSettings({ DATABASE_URL }).logLevel).toBe('info');
  expect(readSettings({ DATABASE_URL, YILU_LOG_LEVEL: 'debug' }).logLevel).toBe('debug');
  expect(() => readSettings({ DATABASE_URL, YILU_LOG_LEVEL: 'loud' })).toThrow(/YILU_LOG_LEVEL/u);
});
