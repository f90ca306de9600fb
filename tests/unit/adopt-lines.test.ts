import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLines } from '../../cli/adopt/read-lines.ts';

const good = { identityNumber: '990101195102021026', pathway: 'lung', at: '2026-02-03', kind: 'enrolled' };

describe('a line of a history that cannot be read', () => {
  it.each([
    ['not JSON', '{', '不是 JSON；每行应为一个 JSON 对象', 'not JSON; each line is one JSON object'],
    [
      'a kind that there is not',
      { ...good, kind: 'what' },
      '“kind”应为其中之一：enrolled、outcome、facts、assigned、acknowledged、extended、paused、resumed、ended、reopened',
      '"kind" should be one of enrolled, outcome, facts, assigned, acknowledged, extended, paused, resumed, ended, reopened',
    ],
    [
      'a time in another form, and nobody',
      { ...good, at: '3/2/2026', identityNumber: undefined },
      '“identityNumber”必填，应为文字；“at”应为日期（2026-01-31）或时间（2026-01-31T09:30）',
      '"identityNumber" is required: text; "at" should be a day (2026-01-31) or a time (2026-01-31T09:30)',
    ],
    [
      'a field that there is not',
      { ...good, resident: 'x' },
      '没有这样的字段：resident；请删除',
      'has no such field: resident; leave it out',
    ],
    ['a day that there is not', { ...good, at: '2026-02-30' }, /^日期不存在：/u, /^no such day: /u],
  ])('is told in both languages: %s', async (_what, line, zh, en) => {
    const folder = await mkdtemp(join(tmpdir(), 'yilu-lines-'));
    try {
      const path = join(folder, 'events.jsonl');
      await writeFile(
        path,
        `${JSON.stringify(good)}\n${typeof line === 'string' ? line : JSON.stringify(line)}\n`,
      );
      const { lines, unreadable } = await readLines(path, 'Asia/Shanghai');
      expect(lines).toHaveLength(1);
      const like = (words: string | RegExp): unknown =>
        typeof words === 'string' ? words : (expect.stringMatching(words) as unknown);
      expect(unreadable).toMatchObject([{ number: 2, reason: { zh: like(zh), en: like(en) } }]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
