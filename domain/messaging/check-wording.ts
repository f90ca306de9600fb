import { suggestion } from '../checker/near-match.ts';
import { error, passes, warning, type Problem, type ProblemPath } from '../checker/problem.ts';
import { locales, say, type Locale } from '../model/localized.ts';
import { checkSms } from './check-sms.ts';
import type { TextAt, WordingCheck } from './text-at.ts';
import { parseText, type Use } from './parse-text.ts';
import { variableNames, variableOf, type Variable } from './variables.ts';
import { wordingParts, type Wording, type WordingPart } from './wording.ts';

/** @returns everything that is wrong with a wording, each problem at the place in the text that it is about */
export function checkWording(wording: Wording, check: WordingCheck): Problem[] {
  const problems: Problem[] = [];
  for (const part of wordingParts) {
    const written = wording[part];
    if (!written) continue;
    const used = new Map<Locale, readonly Use[]>();
    const before = problems.length;
    for (const locale of locales) {
      const at: TextAt = { check, part, locale, text: written[locale], path: [...check.path, part, locale] };
      const parsed = parseText(at.text);
      if ('fault' in parsed) {
        problems.push(
          error(
            'text-not-well-formed',
            at.path,
            say(
              `模板“${check.template}”的文字在第 ${parsed.range.start + 1} 个字符处不合 ICU 格式：${parsed.fault.zh}。`,
              `The text of the template "${check.template}" is not ICU MessageFormat at character ${parsed.range.start + 1}: ${parsed.fault.en}.`,
            ),
            say(
              "变量写作 {dueDate}；要显示花括号本身，请写 '{'。",
              "Write a variable as {dueDate}; to show a curly bracket itself, write '{'.",
            ),
            { range: parsed.range },
          ),
        );
        continue;
      }
      used.set(locale, parsed.uses);
      const found = [...blank(at), ...parsed.uses.flatMap((use) => useProblems(at, use))];
      problems.push(...found, ...(part === 'sms' ? checkSms(at, found.length === 0) : []));
    }
    // A slip in a name is one problem, not two.
    if (passes(problems.slice(before))) problems.push(...notInEvery(check, part, used));
  }
  return problems;
}

const blank = ({ check, text, path }: TextAt): Problem[] =>
  text.trim() === ''
    ? [
        error(
          'empty',
          path,
          say(
            `模板“${check.template}”里有一处没有文字。`,
            `A text of the template "${check.template}" is blank.`,
          ),
          say('请写上文字。', 'Give it words.'),
        ),
      ]
    : [];

/** A slip that a translator makes: what one language tells, the other leaves out. */
function notInEvery(
  { template, path }: WordingCheck,
  part: WordingPart,
  used: ReadonlyMap<Locale, readonly Use[]>,
): Problem[] {
  if (used.size < locales.length) return [];
  return locales.flatMap((locale) => {
    const here = new Set(used.get(locale)?.map(({ name }) => name));
    const elsewhere = [...used.values()].flat().map(({ name }) => name);
    const missing = [...new Set(elsewhere)].filter((name) => !here.has(name) && variableOf(name));
    return missing.map((name) =>
      warning(
        'variable-in-one-language',
        [...path, part, locale],
        say(
          `模板“${template}”的另一种语言里有 {${name}}，这里没有。`,
          `The template "${template}" has {${name}} in another language and not here.`,
        ),
        say('请核对两种语言说的是否一样。', 'See that both languages say the same.'),
      ),
    );
  });
}

const nameLike = /name|姓名/iu;

function useProblems({ check, part, path }: TextAt, { name, form, range }: Use): Problem[] {
  const { template, facts = [], audiences } = check;
  const variable = variableOf(name);
  const at = { range };
  if (!variable) return [unknownVariable(template, name, facts, path, at)];
  const problems: Problem[] = [];
  const { only, type } = variable;
  const others = only === 'staff' ? 'resident' : 'staff';
  if (only !== undefined && audiences.has(others))
    problems.push(
      error(
        'wrong-audience',
        path,
        only === 'staff'
          ? say(
              `{${name}} 只给工作人员看，而模板“${template}”会发给居民。`,
              `{${name}} is for staff only, and the template "${template}" goes to residents.`,
            )
          : say(
              `{${name}} 只给居民用，而模板“${template}”会发给工作人员。`,
              `{${name}} is for residents only, and the template "${template}" goes to staff.`,
            ),
        say('请删去，或另写一个模板。', 'Leave it out, or write a template of its own.'),
        at,
      ),
    );
  if (part === 'sms' && !variable.inSms)
    problems.push(
      error(
        'not-in-sms',
        path,
        say(
          `短信里不能有 {${name}}：它可能说出做什么检查，谁拿着手机都会看到。`,
          `A text message cannot have {${name}}: it may say what somebody is examined for to whoever holds the telephone.`,
        ),
        say(
          '请改为“一项健康服务”，细节放在 {link} 之后。',
          'Say "a health service"; details stand behind {link}.',
        ),
        at,
      ),
    );
  if (!formsOf(type).includes(form))
    problems.push(
      error(
        'wrong-format',
        path,
        say(`{${name}} 不能用这种格式。`, `{${name}} cannot be given that format.`),
        say(`请只写 {${name}}。`, `Write just {${name}}.`),
        at,
      ),
    );
  return problems;
}

function formsOf(type: Variable['type']): readonly Use['form'][] {
  if (type === 'day' || type === 'moment') return ['plain', 'date'];
  if (type === 'number') return ['plain', 'number', 'plural', 'choice'];
  return ['plain'];
}

function unknownVariable(
  template: string,
  name: string,
  facts: readonly string[],
  path: ProblemPath,
  at: { readonly range: Use['range'] },
): Problem {
  if (facts.includes(name))
    return error(
      'clinical-variable',
      path,
      say(
        `“${name}”是旅程中的事实，消息里不能出现。`,
        `"${name}" is a fact of the journey, and no message holds one.`,
      ),
      say('请删去：谁拿着手机都会看到。', 'Leave it out: whoever holds the telephone reads it.'),
      at,
    );
  if (nameLike.test(name))
    return error(
      'full-name',
      path,
      say(`消息里不写姓名，{${name}} 无从填写。`, `Messages hold no names; nothing fills in {${name}}.`),
      say('称呼请用 {salutation}（只有姓氏）。', 'To address the reader, use {salutation}: surname only.'),
      at,
    );
  return error(
    'unknown-variable',
    path,
    say(
      `模板“${template}”里的 {${name}} 无从填写。`,
      `Nothing fills in {${name}} in the template "${template}".`,
    ),
    suggestion(name, variableNames),
    at,
  );
}
