import { Command, Option } from 'commander';
import { stringify } from 'yaml';
import { formatProblem } from '../../authoring/format-problem.ts';
import { readRules } from '../../authoring/read-rules.ts';
import { passes } from '../../domain/checker/problem.ts';
import { diffRules, type RulesChange } from '../../domain/messaging/diff-rules.ts';
import type { MessagingRules } from '../../domain/messaging/rules.ts';
import { locales, type Locale } from '../../domain/model/localized.ts';
import { PlainError } from '../../local/plain-error.ts';
import { newestSources } from '../../store/definitions.ts';
import type { StoreDeps } from '../../store/deps.ts';
import { rulesOnRecord, setMessagingRules, type RulesOnRecord } from '../../store/messages/rules.ts';
import { allOrganisations, type Organisation } from '../../store/organisations.ts';
import { agreed } from '../agreed.ts';
import { readText } from '../definition-files.ts';
import { must } from '../import/must.ts';
import { OrganisationFinder } from '../import/places.ts';
import { localTextIn } from '../local-text.ts';
import { byOption, personHere } from '../person-here.ts';
import { exitCodes, withStore } from '../run.ts';

interface Options {
  readonly district?: string;
  readonly locale: Locale;
  readonly version?: string;
  readonly yes?: true;
  readonly by?: string;
}

/** `yilu messaging show|check|set`: a district's rules for messages, by file. */
export function messagingCommand(): Command {
  const command = new Command('messaging').description(
    '区的消息规则：免打扰时段、渠道、文字、登记 / how a district speaks to people: quiet hours, channels, wordings, registrations',
  );
  const sub = (name: string, description: string): Command =>
    command
      .command(name)
      .description(description)
      .option(
        '--district <district>',
        '代码或名称；只有一个区时可省略 / code or name; may be left out when there is one',
      )
      .addOption(
        new Option('--locale <locale>', '说明文字的语言 / language of messages')
          .choices(locales)
          .default('zh'),
      );
  sub('show', '显示现行的规则，可另存后修改 / show the rules in force, as a file to edit')
    .option('--version <n>', '早先的一版；0 为出厂规则 / an earlier version; 0: as it ships')
    .action((options: Options) => withStore((store) => show(store, options)));
  sub(
    'check',
    '检查文件，显示与现行规则的区别，不作改动 / check a file and show what it would change; changes nothing',
  )
    .argument('<file>', 'YAML 或 JSON / YAML or JSON')
    .action((file: string, options: Options) =>
      withStore(async (store) => void (await check(store, file, options))),
    );
  sub('set', '检查后设为现行规则，立即生效 / check, and put in force at once')
    .argument('<file>', 'YAML 或 JSON / YAML or JSON')
    .option('--yes', '不询问，直接设置 / set without asking')
    .option(...byOption)
    .action((file: string, options: Options) => withStore((store) => set(store, file, options)));
  return command;
}

const say = (locale: Locale, zh: string, en: string): void => console.log(locale === 'zh' ? zh : en);

async function districtOf(store: StoreDeps, given: string | undefined): Promise<Organisation> {
  const all = await allOrganisations(store);
  const districts = all.filter(({ level }) => level === 'district');
  if (given !== undefined) {
    const found = must(new OrganisationFinder(all).find(given));
    if (found.level === 'district') return found;
    throw new PlainError(`“${given}”不是区。`, `"${given}" is not a district.`);
  }
  const [only] = districts;
  if (only && districts.length === 1) return only;
  const codes = districts.map(({ code }) => code).join(', ');
  throw new PlainError(
    only ? `有多个区，请用 --district 指明：${codes}` : '还没有登记任何区。',
    only
      ? `There are several districts: say which with --district: ${codes}`
      : 'No district is registered yet.',
  );
}

async function onRecord(store: StoreDeps, district: string, version?: number): Promise<RulesOnRecord> {
  const found = await rulesOnRecord(store.pool, district, version);
  if (found) return found;
  throw new PlainError(`没有第 ${String(version)} 版。`, `There is no version ${String(version)}.`);
}

async function show(store: StoreDeps, { district: given, version }: Options): Promise<void> {
  if (version !== undefined && !/^\d{1,6}$/u.test(version))
    throw new PlainError('--version 应为版本号，例如 2。', '--version should be a number such as 2.');
  const district = await districtOf(store, given);
  const found = await onRecord(store, district.id, version === undefined ? undefined : Number(version));
  const { zone } = await store.calendar();
  const since =
    found.setAt === null
      ? '出厂规则 / as it ships'
      : `${localTextIn(zone)(found.setAt)} · ${found.setBy ?? ''}`;
  console.log(
    `# ${district.code} ${district.names[0] ?? ''} · 第 ${found.version} 版 / version ${found.version} · ${since}\n${stringify(found.rules, { lineWidth: 110 })}`,
  );
}

const marks: Readonly<Record<RulesChange['kind'], string>> = { added: '+', removed: '-', changed: '~' };

interface Checked {
  readonly district: Organisation;
  readonly before: RulesOnRecord;
  readonly rules: MessagingRules;
  readonly changes: readonly RulesChange[];
}

/** @returns what the file would put in force; undefined when it cannot be, and the terminal says why */
async function check(
  store: StoreDeps,
  file: string,
  { district: given, locale }: Options,
): Promise<Checked | undefined> {
  const district = await districtOf(store, given);
  const { rules, problems } = readRules(await readText(file), {
    file,
    definitions: await newestSources(store),
  });
  for (const problem of problems) console.log(formatProblem(problem, locale));
  if (!rules || !passes(problems)) {
    process.exitCode = exitCodes.notDone;
    const count = problems.filter(({ severity }) => severity === 'error').length;
    say(
      locale,
      `${file}：${count} 个错误，不能设置；现行的规则没有改动。`,
      `${file}: ${count} ${count === 1 ? 'error' : 'errors'}; it cannot be set, and nothing was changed.`,
    );
    return undefined;
  }
  const before = await onRecord(store, district.id);
  const changes = diffRules(before.rules, rules);
  for (const { kind, message } of changes) console.log(`${marks[kind]} ${message[locale]}`);
  const which = `${district.code} ${locale === 'zh' ? `第 ${before.version} 版` : `version ${before.version}`}`;
  if (changes.length === 0) say(locale, `${which}：没有区别。`, `${which}: no difference.`);
  else
    say(
      locale,
      `${file}：可以设置，与 ${which} 有 ${changes.length} 处区别。`,
      `${file}: it can be set; ${changes.length} differences to ${which}.`,
    );
  return { district, before, rules, changes };
}

async function set(store: StoreDeps, file: string, options: Options): Promise<void> {
  const checked = await check(store, file, options);
  if (!checked || checked.changes.length === 0) return;
  const { district, before, rules } = checked;
  if (!options.yes) {
    if (!process.stdin.isTTY)
      throw new PlainError(
        '这里无法询问：核对以上区别后，加 --yes 再执行；没有改动。',
        'There is nobody to ask here: look at the differences, then run this again with --yes. Nothing was changed.',
      );
    if (!(await agreed('设为现行规则？ / Put these in force?'))) return;
  }
  const version = await setMessagingRules(store, district.id, rules, personHere(options.by), before.version);
  say(
    options.locale,
    `${district.code}：第 ${version} 版已生效，正在运行的服务无需重启。`,
    `${district.code}: version ${version} is in force; nothing needs a restart.`,
  );
}
