import type { Locale } from '../../domain/model/localized.ts';
import { htmlLang } from './words.ts';

const cut = { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' } as const;
const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;

const write = (at: number, zone: string, locale: Locale, options: Intl.DateTimeFormatOptions): string =>
  // Day before month, as English is written where it is not the first language.
  new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : htmlLang.zh, { ...options, timeZone: zone }).format(at);

/** @returns day and time in the district's zone, such as `2026年1月8日星期四 09:30` */
export const momentText = (at: number, zone: string, locale: Locale): string =>
  `${write(at, zone, locale, cut)}${locale === 'en' ? ', ' : ' '}${write(at, zone, locale, clock)}`;

/** @returns the day in the district's zone, such as `2026年1月8日星期四` */
export const dayText = (at: number, zone: string, locale: Locale): string => write(at, zone, locale, cut);
