import { createMiddleware } from 'hono/factory';
import { parseAccept } from 'hono/utils/accept';
import type { Locale } from '../../domain/model/localized.ts';
import type { ApiEnv } from '../context.ts';

/** @returns the language that the caller would rather read; Chinese when nothing is said */
export function localeOf(acceptLanguage: string | undefined): Locale {
  const wanted = parseAccept(acceptLanguage ?? '')
    .filter(({ q }) => q > 0)
    .toSorted((a, b) => b.q - a.q)
    .map(({ type }) => type.toLowerCase().split('-')[0]);
  return wanted.find((language): language is Locale => language === 'zh' || language === 'en') ?? 'zh';
}

export const locale = createMiddleware<ApiEnv>(async (c, next) => {
  c.set('locale', localeOf(c.req.header('accept-language')));
  await next();
  c.header('Content-Language', c.get('locale') === 'zh' ? 'zh-CN' : 'en');
  c.header('Vary', 'Accept-Language', { append: true });
});
