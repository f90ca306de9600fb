import { Command, Option } from 'commander';
import { formatProblem } from '../../authoring/format-problem.ts';
import { readRules } from '../../authoring/read-rules.ts';
import { nearMatch } from '../../domain/checker/near-match.ts';
import { passes } from '../../domain/checker/problem.ts';
import type { DefinitionSource } from '../../domain/definition/source.ts';
import { previewOf, templatesOf, type TemplatePreview } from '../../domain/messaging/preview.ts';
import { defaultMessagingRules, type MessagingRules } from '../../domain/messaging/rules.ts';
import type { SmsLength } from '../../domain/messaging/sms-length.ts';
import { locales, type Locale } from '../../domain/model/localized.ts';
import { PlainError } from '../../local/plain-error.ts';
import { definitionInFile, publishedDefinition, readText, withDefinitions } from '../definition-files.ts';
import { plainErrors } from '../run.ts';
import { alignedTable } from '../table.ts';

interface Options {
  readonly locale: Locale;
  readonly rules?: string;
}

/** `yilu templates …`: how messages read, before anybody is sent one. */
export function templatesCommand(): Command {
  const command = new Command('templates').description('消息模板 / message templates');
  const sub = (name: string, description: string): Command =>
    command
      .command(name)
      .description(description)
      .argument(
        '<pathway>',
        '文件，或已发布的路径，如 lung@2 / a file, or a published pathway such as lung@2',
      )
      .addOption(new Option('--locale <locale>', '语言 / language').choices(locales).default('zh'))
      .option('--rules <file>', '区的消息规则（YAML 或 JSON） / rules of the district (YAML or JSON)');
  sub('list', '列出模板及短信长度 / list templates and the length of their text messages').action(
    async (pathway: string, options: Options) =>
      plainErrors(() => withSource(pathway, options.locale, (source) => list(source, options))),
  );
  sub('preview', '以虚构居民预览 / preview with an invented resident')
    .argument('<template>', '例如 invitation / such as invitation')
    .action(async (pathway: string, template: string, options: Options) =>
      plainErrors(() => withSource(pathway, options.locale, (source) => preview(source, template, options))),
    );
  return command;
}

const isFile = (name: string): boolean => /[/\\]|\.ya?ml$|\.json$/iu.test(name);

async function withSource(
  name: string,
  locale: Locale,
  work: (source: DefinitionSource) => Promise<void>,
): Promise<void> {
  if (isFile(name)) await work(await definitionInFile(name, locale));
  else await withDefinitions(async (store) => work((await publishedDefinition(store, name)).source));
}

/** @throws PlainError when the file holds no rules; what else is wrong with them is told, and the exit code says so */
async function rulesOf(
  file: string | undefined,
  source: DefinitionSource,
  locale: Locale,
): Promise<MessagingRules> {
  if (file === undefined) return defaultMessagingRules;
  const { rules, problems } = readRules(await readText(file), { file, definitions: [source] });
  for (const problem of problems) console.log(formatProblem(problem, locale));
  if (!passes(problems)) process.exitCode = 1;
  if (rules) return rules;
  throw new PlainError(`${file} 不是消息规则。`, `${file} holds no rules for messages.`);
}

const words = {
  zh: {
    subject: '主题',
    body: '正文',
    sms: '短信',
    district: '区的文字',
    definition: '路径的文字',
    'built-in': '内置',
    resident: '居民',
    staff: '工作人员',
    unused: '未使用',
  },
  en: {
    subject: 'Subject',
    body: 'Body',
    sms: 'SMS',
    district: "the district's",
    definition: "the pathway's",
    'built-in': 'built-in',
    resident: 'residents',
    staff: 'staff',
    unused: 'not used',
  },
} as const;

const segments = ({ segments: count, characters, encoding }: SmsLength, locale: Locale): string =>
  locale === 'zh'
    ? `${count} 条（${characters} 字，${encoding}）`
    : `${count} ${count === 1 ? 'segment' : 'segments'} (${characters} characters, ${encoding})`;

const to = ({ audiences }: TemplatePreview, locale: Locale): string =>
  audiences.map((audience) => words[locale][audience]).join(', ') || words[locale].unused;

async function list(source: DefinitionSource, { locale, rules: file }: Options): Promise<void> {
  const rules = await rulesOf(file, source, locale);
  const rows = templatesOf(source).flatMap((template) => {
    const shown = previewOf(source, rules, template, locale);
    if (!shown) return [];
    return [[template, to(shown, locale), words[locale][shown.wordedBy], segments(shown.longest, locale)]];
  });
  const head =
    locale === 'zh' ? ['模板', '给', '出处', '短信最长'] : ['template', 'to', 'words', 'SMS at its longest'];
  console.log(alignedTable([head, ...rows]));
}

async function preview(source: DefinitionSource, template: string, options: Options): Promise<void> {
  const { locale } = options;
  const shown = previewOf(source, await rulesOf(options.rules, source, locale), template, locale);
  if (!shown) throw unknownTemplate(source, template);
  const word = words[locale];
  const longest =
    locale === 'zh'
      ? `最长 ${segments(shown.longest, locale)}`
      : `at its longest ${segments(shown.longest, locale)}`;
  console.log(
    [
      `${source.pathway}/${template} · ${to(shown, locale)} · ${word[shown.wordedBy]}`,
      `${word.subject}: ${shown.subject}`,
      `${word.body}:\n${shown.body}`,
      `${word.sms}: ${shown.sms}`,
      `  ${segments(shown.length, locale)}; ${longest}`,
    ].join('\n'),
  );
}

function unknownTemplate(source: DefinitionSource, template: string): PlainError {
  const known = templatesOf(source);
  const near = nearMatch(template, known);
  return new PlainError(
    `${source.pathway} 没有模板“${template}”。${near === undefined ? `可用：${known.join(', ')}。` : `您是否想写“${near}”？`}`,
    `${source.pathway} has no template "${template}". ${near === undefined ? `Known: ${known.join(', ')}.` : `Did you mean "${near}"?`}`,
  );
}
