import type { Locale } from '../domain/model/localized.ts';
import type { AbsentOwner } from '../store/absences/absent-owner.ts';

/** @returns what to say after the name of an owner who is away; empty for one who is here */
export function absentText(absent: AbsentOwner | null, locale: Locale): string {
  if (!absent) return '';
  const names = absent.standIns.map(({ name }) => name);
  if (locale === 'zh')
    return `（缺勤至 ${absent.until}，${names.length > 0 ? `由${names.join('、')}代理` : '无人代理'}）`;
  return ` (away until ${absent.until}, ${names.length > 0 ? `deputy ${names.join(', ')}` : 'nobody stands in'})`;
}
