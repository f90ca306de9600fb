import { bodyLimit } from 'hono/body-limit';
import { createMiddleware } from 'hono/factory';
import type { ApiEnv } from '../context.ts';
import { unsupportedMedia } from '../problem/from-error.ts';
import { badRequest, tooLarge } from '../problem/known-problems.ts';
import { Problem } from '../problem/problem.ts';

/** A definition of a whole cancer's course has some hundred kilobytes; a command a few. */
export const mostBytes = 2_500_000;
const deepest = 64;

/** PostgreSQL stores no NUL, and half a surrogate pair is no text. @returns the path to what cannot be stored */
function unstorable(value: unknown, path: string, depth: number): string | undefined {
  if (typeof value === 'string') return value.includes('\u0000') || !value.isWellFormed() ? path : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > deepest) return path;
  for (const [key, part] of Object.entries(value)) {
    const inner = path === '' ? key : `${path}.${key}`;
    const found = unstorable(key, inner, depth) ?? unstorable(part, inner, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

const notText = (field: string): Problem =>
  badRequest(
    'TextInvalid',
    {
      zh: '文字中含有无法保存的字符（NUL 或不完整的字符），或嵌套过深。',
      en: 'A text holds a character that cannot be stored (NUL, or half a character), or the nesting is too deep.',
    },
    [{ in: 'body', field, message: { zh: '请改写', en: 'write it anew' } }],
  );

export const limitedBody = bodyLimit({
  maxSize: mostBytes,
  onError: () => {
    throw new Problem(tooLarge(mostBytes));
  },
});

/** Refuses what is not JSON (or YAML, for definitions), says where it is broken, and refuses what no database takes. */
export const readableBody = createMiddleware<ApiEnv>(async (c, next) => {
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === 'application/yaml') {
    if ((await c.req.text()).includes('\u0000')) throw notText('');
    return next();
  }
  if (type !== 'application/json') throw new Problem(unsupportedMedia);
  const text = await c.req.text();
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    const said = (error as Error).message;
    throw badRequest('JsonInvalid', {
      zh: `内容不是合法的 JSON：${said}`,
      en: `The body is not JSON: ${said}`,
    });
  }
  const wrong = unstorable(body, '', 0);
  if (wrong !== undefined) throw notText(wrong.slice(0, 200));
  return next();
});

/** The same for what stands in the address. */
export const readableQuery = createMiddleware<ApiEnv>(async (c, next) => {
  const { search } = new URL(c.req.url);
  if (/%00/iu.test(search))
    throw badRequest('TextInvalid', {
      zh: '查询条件含有无法使用的字符（NUL）。',
      en: 'The query holds a character that cannot be used (NUL).',
    });
  return next();
});
