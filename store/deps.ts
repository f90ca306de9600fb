import type pg from 'pg';
import type { WorkingCalendar } from '../domain/calendar/working-calendar.ts';
import type { Clock } from './clock.ts';
import type { DefinitionCache } from './definition-cache.ts';
import type { Queryable } from './sql.ts';

/** What every function of the store is given; made by `openStore`. */
export interface StoreDeps {
  readonly pool: pg.Pool;
  readonly definitions: DefinitionCache;
  /** The calendar in force; asked over the client that the caller holds, if it holds one. */
  readonly calendar: (on?: Queryable) => Promise<WorkingCalendar>;
  readonly clock: Clock;
  /** Of this program; recorded with every event. */
  readonly release: string;
}
