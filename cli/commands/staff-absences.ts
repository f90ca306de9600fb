import { Command, Option } from 'commander';
import { locales, type Locale } from '../../domain/model/localized.ts';
import { absenceReasons, absenceReasonTitles, type AbsenceReason } from '../../domain/staff/absence.ts';
import { PlainError } from '../../local/plain-error.ts';
import type { Absence } from '../../store/absences/absence.ts';
import { endAbsence } from '../../store/absences/end-absence.ts';
import { listAbsences } from '../../store/absences/list-absences.ts';
import { AbsenceRefused, recordAbsence, type AbsenceAnswer } from '../../store/absences/record-absence.ts';
import type { StoreDeps } from '../../store/deps.ts';
import { allOrganisations } from '../../store/organisations.ts';
import { findStaff } from '../find-staff.ts';
import { must } from '../import/must.ts';
import { OrganisationFinder } from '../import/places.ts';
import { dateOf } from '../import/values.ts';
import { byOption, personHere } from '../person-here.ts';
import { say, withStore } from '../run.ts';
import { alignedTable } from '../table.ts';

const who = '工号、编号或姓名 / code, id or name';
const dayHint = '例如 2026-02-02 / such as 2026-02-02';

interface AbsentOptions {
  readonly from: string;
  readonly until: string;
  readonly deputy?: string;
  readonly reason: AbsenceReason;
  readonly by?: string;
}

interface ListOptions {
  readonly organisation?: string;
  readonly all?: true;
  readonly locale: Locale;
  readonly json?: true;
}

interface BackOptions {
  readonly planned?: true;
  readonly by?: string;
}

/** `yilu staff absent`, `absences` and `back`. */
export const absenceCommands = (): readonly Command[] => [
  new Command('absent')
    .description(
      '登记缺勤：期间的通知和摘要交给代理人 / record an absence: notices and digests go to whoever stands in',
    )
    .argument('<staff>', who)
    .requiredOption('--from <day>', `缺勤第一天，${dayHint}`)
    .requiredOption('--until <day>', `缺勤最后一天，${dayHint}`)
    .option('--deputy <staff>', `代理人；省略则为其固定代理人，再无则同岗同事 / default: the standing deputy`)
    .addOption(new Option('--reason <reason>', '原因 / why').choices(absenceReasons).default('leave'))
    .option(...byOption)
    .action((staff: string, options: AbsentOptions) => withStore((store) => absent(store, staff, options))),
  new Command('absences')
    .description('谁缺勤、到何时、由谁代理 / who is away, until when, who stands in')
    .option('--organisation <organisation>', '代码或名称；默认全部 / code or any of its names; default: all')
    .option('--all', '也列出已结束和已取消的 / also those that are over or cancelled')
    .addOption(new Option('--locale <locale>', '语言 / language').choices(locales).default('zh'))
    .option('--json', '每行一个 JSON / JSON lines')
    .action((options: ListOptions) => withStore((store) => list(store, options))),
  new Command('back')
    .description('提前返岗：从今天起不再缺勤 / here again from today on')
    .argument('<staff>', who)
    .option(...byOption)
    .option('--planned', '也取消将来的缺勤 / also cancels what is planned')
    .action((staff: string, options: BackOptions) => withStore((store) => back(store, staff, options))),
];

async function absent(store: StoreDeps, staff: string, options: AbsentOptions): Promise<void> {
  const person = await findStaff(store, staff);
  const deputy = options.deputy === undefined ? undefined : await findStaff(store, options.deputy);
  const answer = await recordAbsence(store, {
    ...{ staff: person.id, from: must(dateOf(options.from)), until: must(dateOf(options.until)) },
    ...{ reason: options.reason, by: personHere(options.by) },
    ...(deputy && { deputy: deputy.id }),
  }).catch((error: unknown) => {
    if (error instanceof AbsenceRefused) throw new PlainError(error.localized.zh, error.localized.en);
    throw error;
  });
  tell(answer);
}

const ways = {
  deputy: ['由代理人', 'the deputy stands in:'],
  colleagues: ['由同岗同事', 'colleagues of the same role stand in:'],
  manager: ['无代理人，上报', 'nobody stands in; it goes up to'],
  district: ['无代理人，上报区里', 'nobody stands in; it goes up to the district:'],
} as const satisfies Record<NonNullable<AbsenceAnswer['standIns']>['by'], readonly [string, string]>;

function tell({ absence, answer, warnings, standIns }: AbsenceAnswer): void {
  const { staff, from, until } = absence;
  const known = answer === 'known';
  say(
    `${staff.name} ${from} 至 ${until} 缺勤，${known ? '早已登记' : '已登记'}`,
    `away from ${from} until ${until}, ${known ? 'on record already' : 'recorded'}`,
  );
  if (standIns) {
    const [zh, en] = ways[standIns.by];
    const names = standIns.staff.map(({ name }) => name);
    say(`  ${zh} ${names.join('、')}`, `${en} ${names.join(', ')}`);
  } else say('  无人可通知', 'nobody can be told');
  for (const { message } of warnings) console.log(`! ${message.zh}\n  ${message.en}`);
}

const statuses: Readonly<Record<Absence['status'], readonly [string, string]>> = {
  away: ['缺勤中', 'away'],
  planned: ['将缺勤', 'planned'],
  over: ['已结束', 'over'],
  cancelled: ['已取消', 'cancelled'],
};

async function list(store: StoreDeps, options: ListOptions): Promise<void> {
  const organisations = await allOrganisations(store);
  const place =
    options.organisation === undefined
      ? undefined
      : must(new OrganisationFinder(organisations).find(options.organisation));
  const found = await listAbsences(store, {
    past: options.all === true,
    ...(place && { organisation: place.id }),
  });
  if (options.json) {
    for (const one of found) console.log(JSON.stringify(one));
    return;
  }
  const names = new Map(organisations.map((one) => [one.id, one.names[0] ?? one.code]));
  const zh = options.locale === 'zh';
  if (found.length > 0)
    console.log(
      alignedTable(
        found.map((one) => [
          statuses[one.status][zh ? 0 : 1],
          one.staff.name,
          one.staff.code,
          names.get(one.organisation) ?? '',
          `${one.from} – ${one.until}`,
          absenceReasonTitles[one.reason][options.locale],
          one.deputy ? `${zh ? '代理' : 'deputy'} ${one.deputy.name}` : '',
        ]),
      ),
    );
  say(`共 ${found.length} 项缺勤`, `${found.length} absences`);
}

async function back(store: StoreDeps, staff: string, { planned, by }: BackOptions): Promise<void> {
  const person = await findStaff(store, staff);
  const all = await listAbsences(store, { staff: person.id });
  const ending = all.filter(({ status }) => status === 'away' || planned === true);
  if (ending.length === 0) say(`${person.name} 今天没有缺勤`, 'is not away today; nothing to do');
  for (const { id } of ending) {
    const { from, until, status } = await endAbsence(store, { absence: id, by: personHere(by) });
    if (status === 'cancelled')
      say(
        `${person.name} ${from} 至 ${until} 的缺勤已取消`,
        `the absence from ${from} until ${until} is cancelled`,
      );
    else
      say(
        `${person.name} 从今天起在岗；缺勤记为 ${from} 至 ${until}`,
        `is here from today on; was away from ${from} until ${until}`,
      );
  }
}
