import type { Localized } from '../model/localized.ts';

/** A holiday as it was announced; the weekends in it are among its days. */
export interface NamedHoliday {
  readonly name: Localized;
  readonly days: readonly string[];
}

/** What a district says of one day, whatever was announced: offices closed for a typhoon, say. */
export interface DayChange {
  readonly date: string;
  readonly as: DayKind;
  readonly name?: Localized;
  readonly reason: string;
  readonly by: string;
}

export type DayKind = 'off' | 'working';

/** Days off on weekdays, and weekend days worked in exchange, of one year. `YYYY-MM-DD`. */
export interface OfficialYear {
  readonly holidays: readonly string[];
  readonly workdays: readonly string[];
  /** Nobody has announced this year yet: what is here is only what the district has changed. */
  readonly official?: false;
  /** The document that announces it. */
  readonly source?: string;
  readonly named?: readonly NamedHoliday[];
  /** In the order in which they were made; the latest of a day counts. They outlive a new announcement. */
  readonly changes?: readonly DayChange[];
}

/**
 * Official years of mainland China: 248 working days each.
 * Source: State Council General Office holiday arrangements for 2025 and 2026, as carried by npm chinese-days 1.5.7
 * and PyPI chinesecalendar 1.11.0, which agree on all 730 days. Later years are not announced yet.
 */
export const officialYears: Readonly<Record<string, OfficialYear>> = {
  2025: {
    holidays: [
      '2025-01-01',
      '2025-01-28',
      '2025-01-29',
      '2025-01-30',
      '2025-01-31',
      '2025-02-03',
      '2025-02-04',
      '2025-04-04',
      '2025-05-01',
      '2025-05-02',
      '2025-05-05',
      '2025-06-02',
      '2025-10-01',
      '2025-10-02',
      '2025-10-03',
      '2025-10-06',
      '2025-10-07',
      '2025-10-08',
    ],
    workdays: ['2025-01-26', '2025-02-08', '2025-04-27', '2025-09-28', '2025-10-11'],
  },
  2026: {
    holidays: [
      '2026-01-01',
      '2026-01-02',
      '2026-02-16',
      '2026-02-17',
      '2026-02-18',
      '2026-02-19',
      '2026-02-20',
      '2026-02-23',
      '2026-04-06',
      '2026-05-01',
      '2026-05-04',
      '2026-05-05',
      '2026-06-19',
      '2026-09-25',
      '2026-10-01',
      '2026-10-02',
      '2026-10-05',
      '2026-10-06',
      '2026-10-07',
    ],
    workdays: ['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10'],
  },
};
