import type pg from 'pg';
import type { WorkingCalendar } from '../domain/calendar/working-calendar.ts';
import type { Clock } from './clock.ts';
import type { DefinitionCache } from './definition-cache.ts';
import type { Queryable } from './sql.ts';

/** What every function of the store is given; made by `openStore`. */
export interface StoreDeps {
  readonly pool: pg.Pool;
  readonly definitions: DefinitionCache;
  /**
   * The calendar in force, half a minute old at most; asked over the client that the caller holds, if it holds one.
   * Without the id of a district, what holds where a district has none of its own: for its time zone, which is everywhere the same.
   */
  readonly calendar: (on?: Queryable, district?: string) => Promise<WorkingCalendar>;
  readonly clock: Clock;
  /** Of this program; recorded with every event. */
  readonly release: string;
}
