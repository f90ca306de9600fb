import { Command, Option } from 'commander';
import { locales, type Locale } from '../../domain/model/localized.ts';
import { roleDescriptions } from '../../domain/model/role.ts';
import type { Caller } from '../../store/caller.ts';
import type { StoreDeps } from '../../store/deps.ts';
import { allOrganisations } from '../../store/organisations.ts';
import { stuck, type StuckJourney, type StuckReason } from '../../store/stuck.ts';
import { absentText } from '../absent-text.ts';
import { must } from '../import/must.ts';
import { OrganisationFinder } from '../import/places.ts';
import { lengthText } from '../local-text.ts';
import { mustBePublished } from '../must-be-published.ts';
import { programCaller } from '../program-caller.ts';
import { say, withStore } from '../run.ts';
import { alignedTable } from '../table.ts';

interface Options {
  readonly organisation?: string;
  readonly pathway?: string;
  readonly locale: Locale;
  readonly json?: true;
}

const reasons: Readonly<Record<StuckReason, { zh: string; en: string }>> = {
  overdue: { zh: '无人处理', en: 'nobody acted' },
  acknowledged: { zh: '有人在处理', en: 'somebody sees to it' },
  outsideWork: { zh: '外部系统出错', en: 'outside system' },
  noticeFailed: { zh: '通知未送达', en: 'notice not delivered' },
  clockLate: { zh: '时钟滞后', en: 'the clock is late' },
};

/** `yilu overdue`: what is late, for how long, and whose move it is; the longest first. */
export const overdueCommand = (): Command =>
  new Command('overdue')
    .description('逾期的旅程：多久、该谁处理 / overdue journeys: how long, whose move')
    .option('--organisation <organisation>', '代码或名称；默认全部 / code or any of its names; default: all')
    .option('--pathway <pathway>', '只看一条路径 / one pathway only')
    .addOption(new Option('--locale <locale>', '语言 / language').choices(locales).default('zh'))
    .option('--json', '每行一个 JSON / JSON lines')
    .action((options: Options) => withStore((store) => run(store, options)));

async function callers(store: StoreDeps, organisation: string | undefined): Promise<Caller[]> {
  const all = await allOrganisations(store);
  if (organisation === undefined)
    return all.filter(({ level }) => level === 'district').map(({ id }) => programCaller('cli', id));
  const { level, id, parent } = must(new OrganisationFinder(all).find(organisation));
  const caller = programCaller('cli', id);
  return [
    level === 'team' ? { ...caller, organisation: parent ?? id, level: 'centre' } : { ...caller, level },
  ];
}

async function run(store: StoreDeps, options: Options): Promise<void> {
  // A slip of the pen must not read as “nobody is overdue”.
  if (options.pathway !== undefined) await mustBePublished(store, options.pathway);
  const found: StuckJourney[] = [];
  for (const caller of await callers(store, options.organisation))
    for (let cursor: string | undefined; ;) {
      const page = await stuck(store, caller, {
        limit: 500,
        ...(options.pathway !== undefined && { pathway: options.pathway }),
        ...(cursor !== undefined && { cursor }),
      });
      found.push(...page.items);
      if (page.next === null) break;
      cursor = page.next;
    }
  if (options.json) {
    for (const one of found) console.log(JSON.stringify(one));
    return;
  }
  const { locale } = options;
  if (found.length > 0)
    console.log(
      alignedTable(
        found.map((one) => [
          lengthText(one.overdueMs, locale),
          one.resident.name,
          one.title[locale],
          `${one.owner.staffName ?? roleDescriptions[one.owner.role].title[locale]}${absentText(one.owner.absent, locale)}`,
          one.owner.organisationName,
          reasons[one.reason][locale],
          one.journey,
        ]),
      ),
    );
  say(`共 ${found.length} 个逾期`, `${found.length} overdue`);
}
