/** The database has migrations that this program does not know: an older program must not write to it. */
export class DatabaseNewerError extends Error {
  override readonly name = 'DatabaseNewerError';
  readonly unknownMigrations: readonly string[];

  constructor(unknownMigrations: readonly string[]) {
    super(
      `数据库比本程序新：其中有本程序不认识的迁移（${unknownMigrations.join('、')}）。请升级程序，或恢复升级前的备份。\n` +
        `The database is newer than this program: it has migrations that the program does not know ` +
        `(${unknownMigrations.join(', ')}). Upgrade the program, or restore the backup made before the upgrade.`,
    );
    this.unknownMigrations = unknownMigrations;
  }
}
