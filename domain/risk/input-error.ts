import type { z } from 'zod';
import type { ScoreError } from './model.ts';

const longestEcho = 40;

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length > longestEcho ? `${text.slice(0, longestEcho)}…` : text;
}

const typeNames: Record<string, { zh: string; en: string }> = {
  number: { zh: '数字', en: 'a number' },
  int: { zh: '整数', en: 'a whole number' },
  boolean: { zh: '布尔值 true 或 false', en: 'true or false' },
  string: { zh: '文本', en: 'a text' },
};

/**
 * Turns the first thing that is wrong with an input into an error that names the field.
 *
 * @returns code `notAnObject`, `missing`, `wrongType`, `notAllowed`, `outOfRange` or `unknownField`
 */
export function inputError(input: unknown, problem: z.ZodError): ScoreError {
  const issue = problem.issues[0];
  const isObject = typeof input === 'object' && input !== null && !Array.isArray(input);
  if (issue === undefined || !isObject) {
    return {
      code: 'notAnObject',
      message: {
        zh: '输入应为一个 JSON 对象，例如 {"age": 60}',
        en: 'The input must be a JSON object, such as {"age": 60}.',
      },
      field: null,
    };
  }
  if (issue.code === 'unrecognized_keys') {
    const field = issue.keys[0] ?? '';
    return {
      code: 'unknownField',
      message: {
        zh: `本模型没有字段“${field}”，请检查拼写或删去`,
        en: `This model has no field "${field}"; check its spelling or leave it out.`,
      },
      field,
    };
  }
  const field = String(issue.path[0] ?? '');
  const value = Object.hasOwn(input, field) ? (input as Record<string, unknown>)[field] : undefined;
  if (value === undefined) {
    return {
      code: 'missing',
      message: { zh: `缺少字段“${field}”`, en: `The field "${field}" is missing.` },
      field,
    };
  }
  switch (issue.code) {
    case 'too_small':
    case 'too_big': {
      const least = issue.code === 'too_small';
      const bound = String(least ? issue.minimum : issue.maximum);
      const inclusive = issue.inclusive !== false;
      const sign = least ? (inclusive ? '≥' : '>') : inclusive ? '≤' : '<';
      return {
        code: 'outOfRange',
        message: {
          zh: `“${field}”应 ${sign} ${bound}，收到 ${shown(value)}；请核对数值与单位`,
          en: `"${field}" must be ${sign} ${bound}, got ${shown(value)}; check the value and its unit.`,
        },
        field,
      };
    }
    case 'invalid_value': {
      const allowed = issue.values.map(shown).join(' | ');
      return {
        code: 'notAllowed',
        message: {
          zh: `“${field}”应为 ${allowed} 之一，收到 ${shown(value)}`,
          en: `"${field}" must be one of ${allowed}, got ${shown(value)}.`,
        },
        field,
      };
    }
    default: {
      const expected = issue.code === 'invalid_type' ? typeNames[issue.expected] : undefined;
      return {
        code: 'wrongType',
        message: {
          zh: `“${field}”应为${expected?.zh ?? '规定的格式'}，收到 ${shown(value)}`,
          en: `"${field}" must be ${expected?.en ?? 'in the stated form'}, got ${shown(value)}.`,
        },
        field,
      };
    }
  }
}
