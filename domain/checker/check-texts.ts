import { placeholdersOf, templatePlaceholders } from '../definition/template-placeholders.ts';
import type { DefinitionSource, FormSource } from '../definition/source.ts';
import { own } from '../definition/own.ts';
import { locales } from '../model/localized.ts';
import { fits, recordable } from './check-facts.ts';
import { suggestion } from './near-match.ts';
import { say } from '../model/localized.ts';
import { error, type Problem } from './problem.ts';

/** @returns what is wrong with the message templates */
export function checkTemplates(source: DefinitionSource): Problem[] {
  const known: readonly string[] = templatePlaceholders;
  const problems: Problem[] = [];
  for (const [name, template] of Object.entries(source.templates))
    for (const part of ['subject', 'body'] as const) {
      const used = locales.map((locale) => new Set(placeholdersOf(template[part][locale])));
      for (const [index, locale] of locales.entries())
        for (const placeholder of used[index] ?? []) {
          if (known.includes(placeholder)) continue;
          problems.push(
            error(
              'unknown-placeholder',
              ['templates', name, part, locale],
              say(
                `模板“${name}”里的 {${placeholder}} 无从填写。`,
                `Nothing fills in {${placeholder}} in the template "${name}".`,
              ),
              suggestion(placeholder, known),
            ),
          );
        }
    }
  return problems;
}

/** @returns what is wrong with the forms of questionnaires */
export function checkForms(source: DefinitionSource): Problem[] {
  return Object.entries(source.forms).flatMap(([name, form]) => formProblems(source, name, form));
}

function formProblems(source: DefinitionSource, name: string, form: FormSource): Problem[] {
  const problems: Problem[] = [];
  for (const [index, question] of form.questions.entries()) {
    const path = ['forms', name, 'questions', index];
    problems.push(...recordable(source, question.fact, [...path, 'fact']));
    const fact = own(source.facts, question.fact);
    for (const [at, answer] of (question.answers ?? []).entries()) {
      if (!fact || fits(fact, answer.value)) continue;
      problems.push(
        error(
          'answer-does-not-fit',
          [...path, 'answers', at, 'value'],
          say(
            `答案“${answer.value}”不是“${question.fact}”的取值。`,
            `The answer "${answer.value}" is no value of "${question.fact}".`,
          ),
          fact.of
            ? suggestion(String(answer.value), fact.of)
            : say(`“${question.fact}”的类型是 ${fact.type}。`, `"${question.fact}" is of type ${fact.type}.`),
        ),
      );
    }
  }
  if (form.total === undefined) return problems;
  const at = ['forms', name, 'total'];
  if (!form.questions.some(({ answers }) => answers?.some(({ points }) => points !== undefined)))
    problems.push(
      error(
        'points-missing',
        at,
        say(
          `表“${name}”要算总分，但没有一个答案有分值。`,
          `The form "${name}" has a total, and no answer has points.`,
        ),
        say('请给答案加 points。', 'Give the answers their "points".'),
      ),
    );
  problems.push(...recordable(source, form.total, at));
  const total = own(source.facts, form.total);
  if (total && total.type !== 'int' && total.type !== 'double')
    problems.push(
      error(
        'total-not-number',
        at,
        say(`总分“${form.total}”须为数字。`, `The total "${form.total}" must be a number.`),
        say('请写 type: int。', 'Write type: int.'),
      ),
    );
  return problems;
}
