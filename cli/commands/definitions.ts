import { userInfo } from 'node:os';
import { Command, Option } from 'commander';
import { stringify } from 'yaml';
import { formatProblem } from '../../authoring/format-problem.ts';
import { readAndCheck } from '../../authoring/read-definition.ts';
import { passes } from '../../domain/checker/problem.ts';
import { diffDefinitions } from '../../domain/definition/diff-definitions.ts';
import type { DefinitionSource } from '../../domain/definition/source.ts';
import { locales, type Locale } from '../../domain/model/localized.ts';
import { currentCalendar } from '../../store/calendar.ts';
import { listDefinitions, publishDefinition, showDefinition } from '../../store/definitions.ts';
import { definitionInFile, publishedDefinition, readText, withDefinitions } from '../definition-files.ts';
import { localTextIn } from '../local-text.ts';
import { plainErrors } from '../run.ts';
import { alignedTable } from '../table.ts';

interface Options {
  readonly locale: Locale;
}

/** `yilu definitions …`: an administrator's work on pathways, by files. */
export function definitionsCommand(): Command {
  const command = new Command('definitions').description('病种路径定义 / pathway definitions');
  const sub = (name: string, description: string): Command =>
    command
      .command(name)
      .description(description)
      .addOption(
        new Option('--locale <locale>', '说明文字的语言 / language of messages')
          .choices(locales)
          .default('zh'),
      );

  sub('check', '检查文件，不需要数据库 / check files; needs no database')
    .argument('<file...>', 'YAML')
    .action(async (files: string[], { locale }: Options) => plainErrors(() => checkFiles(files, locale)));
  sub('diff', '比较两个文件，或文件与已发布的版本 / compare two files, or a file with what is published')
    .argument('<file>', 'YAML')
    .argument(
      '[other]',
      '另一个文件；省略则与最新发布版比较 / another file; default: the newest published version',
    )
    .action(async (file: string, other: string | undefined, { locale }: Options) =>
      plainErrors(() => diff(file, other, locale)),
    );
  sub('publish', '检查并发布为新版本 / check, and publish as the next version')
    .argument('<file>', 'YAML')
    .action(async (file: string, { locale }: Options) => plainErrors(() => publish(file, locale)));
  sub('list', '已发布的版本 / the published versions').action(async (options: Options) =>
    plainErrors(() => list(options.locale)),
  );
  sub('show', '显示已发布的定义 / show a published definition')
    .argument('<pathway>', '例如 lung 或 lung@2 / such as lung or lung@2')
    .action(async (pathway: string) => plainErrors(() => show(pathway)));
  return command;
}

const say = (locale: Locale, zh: string, en: string): void => console.log(locale === 'zh' ? zh : en);

/** @returns the definition when nothing keeps it from being published; otherwise the problems are on the terminal */
async function checkFile(file: string, locale: Locale): Promise<DefinitionSource | undefined> {
  const { source, problems } = readAndCheck(await readText(file), { file });
  for (const problem of problems) console.log(formatProblem(problem, locale));
  if (source && passes(problems)) return source;
  process.exitCode = 1;
  const count = problems.filter(({ severity }) => severity === 'error').length;
  say(
    locale,
    `${file}：${count} 个错误，不能发布。`,
    `${file}: ${count} ${count === 1 ? 'error' : 'errors'}; it cannot be published.`,
  );
  return undefined;
}

async function checkFiles(files: readonly string[], locale: Locale): Promise<void> {
  for (const file of files) {
    const source = await checkFile(file, locale);
    if (!source) continue;
    const stages = Object.values(source.stages);
    const steps = stages.reduce((sum, stage) => sum + Object.keys(stage.steps).length, 0);
    say(
      locale,
      `${file}：通过（${stages.length} 个阶段，${steps} 个步骤，${source.examples.length} 个例子）。没有居民会被遗忘。`,
      `${file}: passes (${stages.length} stages, ${steps} steps, ${source.examples.length} examples). Nobody can be forgotten.`,
    );
  }
}

async function diff(file: string, other: string | undefined, locale: Locale): Promise<void> {
  const source = await definitionInFile(file, locale);
  if (other !== undefined) {
    tellChanges(source, await definitionInFile(other, locale), locale);
    return;
  }
  await withDefinitions(async (store) => {
    const newest = await showDefinition(store, source.pathway);
    if (newest) tellChanges(newest.source, source, locale);
    else say(locale, `${source.pathway} 尚未发布过。`, `${source.pathway} has not been published yet.`);
  });
}

function tellChanges(before: DefinitionSource, after: DefinitionSource, locale: Locale): void {
  const changes = diffDefinitions(before, after);
  const marks = { added: '+', removed: '-', changed: '~' } as const;
  for (const { kind, message } of changes) console.log(`${marks[kind]} ${message[locale]}`);
  if (changes.length === 0) say(locale, '没有区别。', 'No difference.');
}

async function publish(file: string, locale: Locale): Promise<void> {
  const source = await checkFile(file, locale);
  if (!source) return;
  await withDefinitions(async (store) => {
    const newest = await showDefinition(store, source.pathway);
    if (newest) tellChanges(newest.source, source, locale);
    const { version, published } = await publishDefinition(store, source, `cli:${userInfo().username}`);
    const name = `${source.pathway}@${version}`;
    if (published)
      say(
        locale,
        `已发布 ${name}。新入组的居民使用此版本；进行中的旅程仍按原版本。`,
        `Published ${name}. Residents enrolled from now on use it; journeys under way stay on theirs.`,
      );
    else
      say(
        locale,
        `${name} 已是这个内容，没有发布新版本。`,
        `${name} says the same already; nothing was published.`,
      );
  });
}

const list = (locale: Locale): Promise<void> =>
  withDefinitions(async (store) => {
    const published = await listDefinitions(store);
    const local = localTextIn((await currentCalendar(store.pool)).zone);
    if (published.length === 0) say(locale, '还没有发布任何路径。', 'Nothing has been published yet.');
    else
      console.log(
        alignedTable(
          published.map(({ pathway, version, title, publishedAt, publishedBy, contentHash }) => [
            `${pathway}@${version}`,
            title[locale],
            local(publishedAt),
            publishedBy,
            contentHash.slice(0, 12),
          ]),
        ),
      );
  });

const show = (name: string): Promise<void> =>
  withDefinitions(async (store) => {
    const found = await publishedDefinition(store, name);
    console.log(
      `# ${found.pathway}@${found.version}  ${found.contentHash}\n${stringify(found.source, { lineWidth: 110 })}`,
    );
  });
