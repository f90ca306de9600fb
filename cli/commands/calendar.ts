import { Command, Option } from 'commander';
import { isDay } from '../../domain/calendar/read-dates.ts';
import { isPlannable } from '../../domain/calendar/read-year.ts';
import { isAnnounced, kindOfDay, withDay, withYear } from '../../domain/calendar/edit-calendar.ts';
import type { DayChange, DayKind } from '../../domain/calendar/official-years.ts';
import { officialCalendar, type WorkingCalendar } from '../../domain/calendar/working-calendar.ts';
import { locales, type Locale } from '../../domain/model/localized.ts';
import { PlainError } from '../../local/plain-error.ts';
import { currentCalendar } from '../../store/calendar.ts';
import type { StoreDeps } from '../../store/deps.ts';
import { editCalendar } from '../../store/edit-calendar.ts';
import { apply, preview } from '../calendar/apply.ts';
import { checkFile, tellYear } from '../calendar/check-file.ts';
import { districtOption, districtsMeant } from '../calendar/districts.ts';
import { showCalendar } from '../calendar/show.ts';
import { byOption, personHere } from '../person-here.ts';
import { exitCodes, plainErrors, say, withStore } from '../run.ts';

interface Options {
  readonly locale: Locale;
  readonly district?: string;
  readonly dryRun?: true;
  readonly replace?: true;
  readonly by?: string;
}

interface SetOptions extends Options {
  readonly name?: string;
  readonly nameEn?: string;
  readonly reason: string;
}

const dryRun = ['--dry-run', '只看会移动多少期限，不生效 / only say what would move'] as const;

/** `yilu calendar check|import|set|show|recompute`: which days are worked. */
export function calendarCommand(): Command {
  const command = new Command('calendar').description(
    '工作日历：检查、导入一年，改一天 / working days: check and import a year, change a day',
  );
  const sub = (name: string, description: string): Command =>
    command
      .command(name)
      .description(description)
      .option(...districtOption)
      .addOption(new Option('--locale <locale>', '语言 / language').choices(locales).default('zh'));
  const file = ['<file>', '一年的文件，YAML 或 JSON / the file of a year, YAML or JSON'] as const;
  sub('check', '检查一年的文件，不需要数据库 / check the file of a year; needs no database')
    .argument(...file)
    .action((path: string, options: Options) => check(path, options));
  sub('import', '检查并使一年生效，重算未结束的期限 / put a year in force and compute open deadlines anew')
    .argument(...file)
    .option(...dryRun)
    .option('--replace', '这一年已公布过，以此文件为准 / the year was announced before: this file counts')
    .option(...byOption)
    .action((path: string, options: Options) => withStore((store) => importYear(store, path, options)));
  sub('set', '改一天，例如台风停工 / change a day, such as one of a typhoon')
    .argument('<date>', '日期，如 2026-08-12 / the day')
    .argument('<kind>', 'off 放假 / working 上班')
    .option('--name <text>', '名称 / name in Chinese')
    .option('--name-en <text>', '英文名称 / name in English')
    .requiredOption('--reason <text>', '原因或依据 / why, or by what order')
    .option(...dryRun)
    .option(...byOption)
    .action((date: string, kind: string, options: SetOptions) =>
      withStore((store) => setDay(store, date, kind, options)),
    );
  sub('show', '查看日历 / show the calendar')
    .argument('[year]', '年份；省略则列出各年 / a year; default: the years there are')
    .action((year: string | undefined, options: Options) =>
      withStore(async (store) => {
        for (const district of await districtsMeant(store, options.district))
          showCalendar(district, await currentCalendar(store.pool, district.id), year, options.locale);
      }),
    );
  sub(
    'recompute',
    '继续中断的重算；重复执行无妨 / go on with a computation that was interrupted; may be repeated',
  ).action((options: Options) =>
    withStore(async (store) => {
      for (const district of await districtsMeant(store, options.district))
        await apply(store, district, await currentCalendar(store.pool, district.id));
    }),
  );
  return command;
}

/** Against the calendar that ships; with `--district`, against the district's. */
async function check(path: string, options: Options): Promise<void> {
  const against = async (inForce: WorkingCalendar): Promise<void> => {
    const checked = await checkFile(path, inForce, options);
    if (checked) tellYear(checked);
    else process.exitCode = exitCodes.notDone;
  };
  if (options.district === undefined) await plainErrors(() => against(officialCalendar()));
  else
    await withStore(async (store) => {
      for (const { id } of await districtsMeant(store, options.district))
        await against(await currentCalendar(store.pool, id));
    });
}

const notImported = (): PlainError =>
  new PlainError(
    '没有导入，日历和期限都没有变。',
    'Nothing was imported; calendar and deadlines are as they were.',
  );

async function importYear(store: StoreDeps, path: string, options: Options): Promise<void> {
  const { locale, replace = false } = options;
  // All of them are looked at before the first is changed.
  const planned = [];
  for (const district of await districtsMeant(store, options.district)) {
    const inForce = await currentCalendar(store.pool, district.id);
    const checked = await checkFile(path, inForce, { locale, replace });
    if (!checked) throw notImported();
    planned.push({ district, inForce, checked });
  }
  const [first] = planned;
  if (first) tellYear(first.checked);
  for (const { district, inForce, checked } of planned) {
    const { year, days } = checked.announced;
    if (isAnnounced(inForce, year) && checked.differ.length === 0) {
      say(
        `${district.code}：${year} 年早已生效（${inForce.version}）`,
        `${district.code}: ${year} is in force (${inForce.version})`,
      );
      if (!options.dryRun) await apply(store, district, inForce);
      continue;
    }
    const changes = inForce.years[year]?.changes?.length ?? 0;
    if (changes > 0)
      say(
        `${district.code}：本区自己改的 ${changes} 处不变`,
        `${district.code}: what the district has changed itself stays (${changes})`,
      );
    await preview(store, district, withYear(inForce, `${district.code}/…`, year, days));
    if (options.dryRun) continue;
    const calendar = await editCalendar(store, district.id, personHere(options.by), (current, version) => {
      if (current.version !== inForce.version) throw overtaken();
      return withYear(current, version, year, days);
    });
    say(`${year} 年已生效：${calendar.version}`, `${year} is in force: ${calendar.version}`);
    await apply(store, district, calendar);
  }
}

const overtaken = (): PlainError =>
  new PlainError(
    '刚刚有人改了这个区的日历；请再执行一次，先看新的结果。',
    'Somebody has just changed the calendar of this district; run this again to see what it does now.',
  );

/** @throws PlainError for what is no day, or no kind of day, or changes nothing */
function changeOf(date: string, kind: string, options: SetOptions): DayChange {
  if (!isDay(date) || !isPlannable(date))
    throw new PlainError(
      `没有“${date}”这一天；请写 2026-08-12 这样的日期。`,
      `There is no day "${date}"; write it like 2026-08-12.`,
    );
  if (kind !== 'off' && kind !== 'working')
    throw new PlainError(
      `“${kind}”应为 off（放假）或 working（上班）。`,
      `"${kind}" should be off or working.`,
    );
  const { name, nameEn = name, reason } = options;
  if (reason.trim() === '') throw new PlainError('请写明原因。', 'Say why with --reason.');
  return {
    date,
    as: kind,
    ...(name !== undefined && nameEn !== undefined && { name: { zh: name.trim(), en: nameEn.trim() } }),
    reason: reason.trim(),
    by: personHere(options.by),
  };
}

const already = (date: string, kind: DayKind): PlainError =>
  new PlainError(
    `${date} 本来就${kind === 'off' ? '放假' : '上班'}，没有改变。`,
    `${date} is ${kind === 'off' ? 'a day off' : 'a working day'} as it is; nothing was changed.`,
  );

async function setDay(store: StoreDeps, date: string, kind: string, options: SetOptions): Promise<void> {
  const change = changeOf(date, kind, options);
  for (const district of await districtsMeant(store, options.district)) {
    const inForce = await currentCalendar(store.pool, district.id);
    if (kindOfDay(inForce, date) === change.as) throw already(date, change.as);
    await preview(store, district, withDay(inForce, `${district.code}/…`, change));
    if (options.dryRun) continue;
    const calendar = await editCalendar(store, district.id, change.by, (current, version) => {
      if (kindOfDay(current, date) === change.as) throw already(date, change.as);
      return withDay(current, version, change);
    });
    say(
      `${date} 现为${change.as === 'off' ? '放假' : '上班'}：${calendar.version}`,
      `${date} is ${change.as === 'off' ? 'a day off' : 'a working day'} now: ${calendar.version}`,
    );
    await apply(store, district, calendar);
  }
}
