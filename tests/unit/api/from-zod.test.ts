import { describe, expect, it } from 'vitest';
import { problemOfIssues } from '../../../api/problem/from-zod.ts';
import { idempotent, instant } from '../../../api/schemas/common.ts';
import { contactCorrection } from '../../../api/schemas/resident.ts';
import type { Issue } from '../../../domain/definition/issue-message.ts';

const told = (issues: readonly unknown[] | undefined, root: unknown) =>
  problemOfIssues((issues ?? []) as readonly Issue[], 'json', root).init.errors?.map(
    ({ message }) => message,
  );

describe('what is wrong with a request', () => {
  it('is told once for a time that is none', () => {
    expect(told(instant.safeParse('tomorrow').error?.issues, 'tomorrow')).toEqual([
      expect.objectContaining({ zh: '应为带时区的时间，例如 2026-03-09T08:30:00+08:00' }),
    ]);
    const past = '1800-01-01T00:00:00Z';
    expect(told(instant.safeParse(past).error?.issues, past)).toEqual([
      expect.objectContaining({ en: 'should lie between 1900 and 2199' }),
    ]);
  });

  it('is told in the reader’s language where a pattern is not met', () => {
    const headers = { 'idempotency-key': 'two words' };
    const [message] = told(idempotent.safeParse(headers).error?.issues, headers) ?? [];
    expect(message?.zh).toBe('格式应为 /^[\\x21-\\x7e]{1,200}$/');
    expect(message?.en).toBe('should match /^[\\x21-\\x7e]{1,200}$/');
  });

  it('is told in words for a telephone number that is none', () => {
    const body = { phone: '12' };
    const [message] = told(contactCorrection.safeParse(body).error?.issues, body) ?? [];
    expect(message?.zh).toMatch(/^应为电话号码.*例如 19900000001$/u);
    expect(message?.en).toMatch(/^should be a telephone number .* such as 19900000001$/u);
  });
});
