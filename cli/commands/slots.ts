import { Command, Option } from 'commander';
import { locales, type Locale } from '../../domain/model/localized.ts';
import { audiences } from '../../domain/scheduling/pool.ts';
import { PlainError } from '../../local/plain-error.ts';
import { PlacesTaken } from '../../store/slots/places-taken.ts';
import { setPools } from '../../store/slots/set-pool.ts';
import type { StoreDeps } from '../../store/deps.ts';
import { byOption, personHere } from '../person-here.ts';
import { plainErrors, say, withStore } from '../run.ts';
import { closePool, type CloseOptions } from '../slots/close-pool.ts';
import { listFree, type ListOptions } from '../slots/list-free.ts';
import { poolsInFile, tellSet } from '../slots/pool-file.ts';
import { showPool } from '../slots/show-pool.ts';

interface FileOptions {
  readonly locale: Locale;
  readonly dryRun?: true;
  readonly by?: string;
}

const file = ['<file>', '号池文件，YAML 或 JSON / a file of pools, YAML or JSON'] as const;
const pool = ['<pool>', '号池的代码 / code of the pool'] as const;
const dryRun = ['--dry-run', '只看会有什么变化 / only say what it would do'] as const;
const locale = (): Option =>
  new Option('--locale <locale>', '语言 / language').choices(locales).default('zh');

/** `yilu slots check|set|list|show|close`: pools of slots, by file. */
export function slotsCommand(): Command {
  const command = new Command('slots').description(
    '号源池：检查、设置、查看、停诊 / pools of slots: check, set, show, close',
  );
  command
    .command('check')
    .description('检查文件，不需要数据库 / check a file; needs no database')
    .argument(...file)
    .addOption(locale())
    .action((path: string, options: FileOptions) => plainErrors(() => check(path, options)));
  command
    .command('set')
    .description('检查后设置号池并放号，全部或全不 / check, set the pools and make their slots, all or none')
    .argument(...file)
    .option(...dryRun)
    .option(...byOption)
    .addOption(locale())
    .action((path: string, options: FileOptions) => withSlots((store) => set(store, path, options)));
  command
    .command('list')
    .description('列出现在可约的号，先开始的在前 / slots with a place, the earliest first')
    .option('--service <service>', '项目，如 low-dose-ct / such as low-dose-ct')
    .option('--organisation <code>', '机构的代码 / code of an organisation')
    .addOption(
      new Option('--audience <audience>', '以何种身份约 / as whom').choices(audiences).default('general'),
    )
    .option('--from <day>', '从这一天起 / from this day on')
    .option('--to <day>', '到这一天为止 / up to this day')
    .option('--limit <n>', '最多几个 / at most so many', '50')
    .option('--json', '每行一个 JSON / JSON lines')
    .action((options: ListOptions) => withSlots((store) => listFree(store, options)));
  command
    .command('show')
    .description(
      '显示号池的文件和近日的占用，可另存后修改 / show a pool as a file to edit, and how full its next days are',
    )
    .argument(...pool)
    .option('--days <n>', '看几天 / so many days', '7')
    .action((code: string, options: { days: string }) =>
      withSlots((store) => showPool(store, code, options)),
    );
  command
    .command('close')
    .description(
      '停一天或几小时，不必改文件；已约出的号不会丢，须先改约 / close a day or some hours without the file; refused where somebody has a place',
    )
    .argument(...pool)
    .argument('<day>', '日期，如 2026-08-12 / the day')
    .option('--from <time>', '从何时，如 08:00 / from, such as 08:00')
    .option('--until <time>', '到何时 / until')
    .option('--capacity <n>', '每个号还留几个名额；省略则全停 / places left in each slot; default: none')
    .requiredOption('--reason <text>', '原因 / why')
    .option(...dryRun)
    .option(...byOption)
    .action((code: string, day: string, options: CloseOptions) =>
      withSlots((store) => closePool(store, code, day, options)),
    );
  return command;
}

/** That places are taken is no fault of the program. */
const withSlots = (work: (store: StoreDeps) => Promise<void>): Promise<void> =>
  withStore(async (store) => {
    try {
      await work(store);
    } catch (error) {
      if (!(error instanceof PlacesTaken)) throw error;
      throw new PlainError(error.localized.zh, error.localized.en);
    }
  });

async function check(path: string, options: FileOptions): Promise<void> {
  const pools = await poolsInFile(path, options.locale);
  if (!pools) return;
  say(
    `${path}：${pools.length} 个号池，可以设置`,
    `${path}: ${pools.length} ${pools.length === 1 ? 'pool' : 'pools'}; it can be set`,
  );
}

async function set(store: StoreDeps, path: string, options: FileOptions): Promise<void> {
  const pools = await poolsInFile(path, options.locale);
  if (!pools) return;
  const trial = options.dryRun ?? false;
  tellSet(await setPools(store, pools, { by: personHere(options.by), trial }), trial);
}
