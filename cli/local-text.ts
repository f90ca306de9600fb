/** @returns a function that writes an instant as local time, `2026-01-31 09:05` */
export function localTextIn(zone: string): (at: number) => string {
  // Sweden writes dates as ISO 8601 does.
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  return (at) => format.format(at);
}

/** @returns a length of time in the largest units that matter, such as `3 天 4 小时` */
export function lengthText(ms: number, locale: 'zh' | 'en'): string {
  const hours = Math.floor(Math.abs(ms) / 3_600_000);
  const [days, rest] = [Math.floor(hours / 24), hours % 24];
  const minutes = Math.floor(Math.abs(ms) / 60_000);
  if (locale === 'zh') return days > 0 ? `${days} 天` : hours > 0 ? `${rest} 小时` : `${minutes} 分钟`;
  return days > 0 ? `${days} d` : hours > 0 ? `${rest} h` : `${minutes} min`;
}
