/** @returns the instant in the zone's local time, to the minute: `2027-01-05 09:00 (Asia/Shanghai)` */
export function localMinute(at: number, zone: string): string {
  // Swedish dates are ISO 8601 dates.
  const text = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'short',
  }).format(at);
  return `${text} (${zone})`;
}
