import type { DefinitionSource, FormSource } from '../definition/source.ts';
import { own } from '../definition/own.ts';
import { audiencesOf } from '../messaging/audiences.ts';
import { checkWording } from '../messaging/check-wording.ts';
import { defaultClinicalWords } from '../messaging/clinical-words.ts';
import { fits, recordable } from './check-facts.ts';
import { suggestion } from './near-match.ts';
import { say } from '../model/localized.ts';
import { limits, tooLong, tooShort } from './limits.ts';
import { error, type Problem } from './problem.ts';

/** @returns what is wrong with the message templates, by the words that ship as clinical; a district may list others */
export function checkTemplates(source: DefinitionSource): Problem[] {
  const audiences = audiencesOf(source);
  return Object.entries(source.templates).flatMap(([template, wording]) => [
    ...checkWording(wording, {
      template,
      path: ['templates', template],
      audiences: audiences.get(template) ?? new Set(),
      facts: Object.keys(source.facts),
      clinicalWords: defaultClinicalWords,
    }),
    ...validityProblems(template, wording.validFor),
  ]);
}

function validityProblems(template: string, validFor: string | undefined): Problem[] {
  if (validFor === undefined) return [];
  const at = ['templates', template, 'validFor'];
  const what = [`模板“${template}”的有效期`, `The validity of the template "${template}"`] as const;
  return [
    ...tooShort(validFor, limits.messageValidAtLeast, at, what),
    ...tooLong(validFor, limits.messageValid, at, what),
  ];
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
