import { say, type Localized } from '../model/localized.ts';
import type { ZodIssue } from './zod-issue.ts';

/** Of what programs send, more is read than of a definition. */
export interface Issue extends ZodIssue {
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number | bigint;
  readonly maximum?: number | bigint;
  readonly origin?: string;
  readonly errors?: readonly (readonly Issue[])[];
  /** Of a discriminated union whose discriminator fits none. */
  readonly options?: readonly unknown[];
  readonly params?: { readonly zh?: string; readonly en?: string };
}

const typeNames: Readonly<Record<string, Localized>> = {
  string: say('文字', 'text'),
  number: say('数字', 'a number'),
  int: say('整数', 'a whole number'),
  boolean: say('true 或 false', 'true or false'),
  array: say('列表', 'a list'),
  object: say('JSON 对象', 'a JSON object'),
  record: say('JSON 对象', 'a JSON object'),
};

const formats: Readonly<Record<string, Localized>> = {
  guid: say('应为 UUID', 'should be a UUID'),
  datetime: say(
    '应为带时区的时间，例如 2026-03-09T08:30:00+08:00',
    'should be a time with its offset, such as 2026-03-09T08:30:00+08:00',
  ),
  date: say('应为日期，例如 2026-03-09', 'should be a date such as 2026-03-09'),
  email: say('应为电子邮件地址', 'should be an email address'),
};

/** @returns a sentence of a schema of ours, which has both languages, the Chinese first; undefined for the library's */
function ownSentence(message: string): Localized | undefined {
  const [zh, en] = message.split('/ ');
  return zh !== undefined && en !== undefined && /\p{Script=Han}/u.test(zh) ? say(zh.trim(), en) : undefined;
}

/**
 * @param missing nothing stands there
 * @returns what is wrong with a field of a request or of a line of JSON, to be read after its name
 */
export function messageOfIssue(issue: Issue, missing: boolean): Localized {
  if (issue.params?.zh !== undefined && issue.params.en !== undefined)
    return say(issue.params.zh, issue.params.en);
  switch (issue.code) {
    case 'invalid_type': {
      const is = typeNames[issue.expected ?? ''] ?? say(issue.expected ?? '', issue.expected ?? '');
      return missing
        ? say(`必填，应为${is.zh}`, `is required: ${is.en}`)
        : say(`应为${is.zh}`, `should be ${is.en}`);
    }
    case 'invalid_union':
    case 'invalid_value': {
      const values = (issue.values ?? issue.options ?? []).map(String);
      return say(`应为其中之一：${values.join('、')}`, `should be one of ${values.join(', ')}`);
    }
    case 'invalid_format': {
      const own = ownSentence(issue.message);
      if (own) return own;
      if (issue.format === 'regex' && issue.pattern !== undefined)
        return say(`格式应为 ${issue.pattern}`, `should match ${issue.pattern}`);
      return (
        formats[issue.format ?? ''] ??
        say(`格式不对：${issue.message}`, `is not written rightly: ${issue.message}`)
      );
    }
    case 'unrecognized_keys': {
      const keys = (issue.keys ?? []).join(', ');
      return say(`没有这样的字段：${keys}；请删除`, `has no such field: ${keys}; leave it out`);
    }
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array'
        ? say(`长度至少为 ${issue.minimum}`, `needs a length of ${issue.minimum} at least`)
        : say(`不能小于 ${issue.minimum}`, `must be at least ${issue.minimum}`);
    case 'too_big':
      return issue.origin === 'string' || issue.origin === 'array'
        ? say(`长度至多为 ${issue.maximum}`, `may have a length of ${issue.maximum} at most`)
        : say(`不能大于 ${issue.maximum}`, `must be at most ${issue.maximum}`);
    default:
      return say(`不正确：${issue.message}`, `is not right: ${issue.message}`);
  }
}
