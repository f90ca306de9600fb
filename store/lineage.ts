/**
 * Which database this is, by what PostgreSQL changes when an earlier one takes its place: a recovery to an earlier
 * moment and a standby's taking over begin a new timeline; another cluster has another system identifier; a dump that
 * is loaded makes the database, or at least its tables, anew.
 */
export interface Lineage {
  readonly system: string;
  readonly timeline: number;
  readonly database: string;
  readonly table: string;
}

export const lineageKey = 'database.lineage';

/**
 * SQL: the lineage now. The timeline is that of the log being written: `pg_control_checkpoint()` tells it only after
 * the next checkpoint, minutes after a standby took over. Any role may ask.
 */
export const currentLineage = `jsonb_build_object(
  'system', (select system_identifier::text from pg_control_system()),
  'timeline', ('x' || substring(pg_walfile_name(pg_current_wal_lsn()) for 8))::bit(32)::int,
  'database', (select oid::text from pg_database where datname = current_database()),
  'table', 'setting'::regclass::oid::text)`;

/** @returns what must have happened between the two, for a person */
export function whatHappened(recorded: Lineage, now: Lineage): string {
  if (recorded.system !== now.system)
    return (
      '数据库到了另一个 PostgreSQL 集群：由转储恢复，或大版本升级。 / ' +
      'The database is in another PostgreSQL cluster than before: restored from a dump, or upgraded to a major release.'
    );
  if (recorded.timeline !== now.timeline)
    return (
      `PostgreSQL 的时间线由 ${recorded.timeline} 变为 ${now.timeline}：恢复到较早的时刻，或由备库接替。 / ` +
      `PostgreSQL's timeline went from ${recorded.timeline} to ${now.timeline}: restored to an earlier moment, or a standby took over.`
    );
  return (
    '数据库是重新建立或复制的：由转储恢复，或为副本。 / ' +
    'The database was made anew or copied: restored from a dump, or a copy.'
  );
}
