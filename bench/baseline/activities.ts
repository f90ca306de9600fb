import type pg from 'pg';
import { bareTransaction } from '../support/bare-transaction.ts';
import type { BaselineCommand } from './messages.ts';

export interface BaselineActivities {
  nothing(): Promise<void>;
  twoStatements(id: string, command: BaselineCommand): Promise<void>;
}

export const baselineActivities = (pool: pg.Pool): BaselineActivities => ({
  nothing: () => Promise.resolve(),
  twoStatements: (id, command) => bareTransaction(pool, id, command),
});
