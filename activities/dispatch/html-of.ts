import type { Locale } from '../../domain/model/localized.ts';

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replaceAll(/[&<>"]/gu, (sign) => entities[sign] ?? sign);

/** Only links of the web, and not the full stop that ends the sentence. */
const linked = (text: string): string =>
  text
    .split(/(https?:\/\/[A-Za-z0-9._~:/?#@!$&*+,;=%-]*[A-Za-z0-9_/=-])/u)
    .map((part, index) =>
      index % 2 === 1 ? `<a href="${escaped(part)}">${escaped(part)}</a>` : escaped(part),
    )
    .join('');

/** @returns a text as a plain page: its paragraphs, its lines, its links, and nothing from elsewhere */
export function htmlOf(text: string, locale: Locale): string {
  const paragraphs = text
    .split(/\n{2,}/u)
    .map((paragraph) => `<p>${paragraph.split('\n').map(linked).join('<br>')}</p>`);
  return `<!doctype html><html lang="${locale === 'zh' ? 'zh-CN' : 'en'}"><head><meta charset="utf-8"></head><body>${paragraphs.join('')}</body></html>`;
}
