import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { messageOfIssue, type Issue } from '../../domain/definition/issue-message.ts';
import { valueAt } from '../../domain/definition/zod-issue.ts';
import { say, type Localized } from '../../domain/model/localized.ts';
import { unreadableFile } from '../unreadable-file.ts';
import { historyLineSchema, instantOfText, type NumberedLine } from './line.ts';

/** A line that could not even be read. */
export interface UnreadableLine {
  readonly number: number;
  readonly text: string;
  readonly reason: Localized;
}

function summary(issues: readonly Issue[], data: unknown): Localized {
  const told = issues.slice(0, 3).map((issue) => {
    const { zh, en } = messageOfIssue(issue, valueAt(data, issue.path) === undefined);
    const field = issue.path.join('.');
    return field ? say(`“${field}”${zh}`, `"${field}" ${en}`) : say(zh, en);
  });
  return say(told.map(({ zh }) => zh).join('；'), told.map(({ en }) => en).join('; '));
}

function readLine(text: string, number: number, zone: string): NumberedLine | UnreadableLine {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return {
      number,
      text,
      reason: say('不是 JSON；每行应为一个 JSON 对象', 'not JSON; each line is one JSON object'),
    };
  }
  const parsed = historyLineSchema.safeParse(data);
  if (!parsed.success) {
    return { number, text, reason: summary(parsed.error.issues as readonly Issue[], data) };
  }
  try {
    const line = parsed.data;
    const given = [line.at, ...('anchors' in line ? Object.values(line.anchors ?? {}) : [])];
    if ('until' in line) given.push(line.until);
    if ('appointmentAt' in line && line.appointmentAt !== undefined) given.push(line.appointmentAt);
    for (const one of given) if (Number.isNaN(instantOfText(one, zone))) throw new Error(one);
    return { number, line };
  } catch (error) {
    const said = (error as Error).message;
    return { number, text, reason: { zh: `日期不存在：${said}`, en: `no such day: ${said}` } };
  }
}

/**
 * @param zone of the district
 * @returns the events of a file of JSON lines, and the lines that are none
 * @throws PlainError when the file cannot be read
 */
export async function readLines(
  path: string,
  zone: string,
): Promise<{ lines: NumberedLine[]; unreadable: UnreadableLine[] }> {
  const lines: NumberedLine[] = [];
  const unreadable: UnreadableLine[] = [];
  const file = createReadStream(path, 'utf8');
  let number = 0;
  try {
    for await (const text of createInterface({ input: file, crlfDelay: Infinity })) {
      number += 1;
      const bare = text.replace(/^\uFEFF/u, '').trim();
      if (bare === '') continue;
      const read = readLine(bare, number, zone);
      if ('line' in read) lines.push(read);
      else unreadable.push(read);
    }
  } catch (error) {
    throw unreadableFile(path, error);
  }
  return { lines, unreadable };
}
