import { parse, TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import { say, type Localized } from '../model/localized.ts';

/** Place inside a text: first character and the one after the last, from 0. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** A variable where it stands in a text. */
export interface Use {
  readonly name: string;
  /** `plain` is `{name}`; the others give it a form, such as `{name, plural, …}`. */
  readonly form: 'plain' | 'number' | 'date' | 'choice' | 'plural';
  readonly range: TextRange;
}

export type ParsedText =
  | { readonly elements: readonly MessageFormatElement[]; readonly uses: readonly Use[] }
  | { readonly fault: Localized; readonly range: TextRange };

const faults: Readonly<Record<string, Localized>> = {
  EXPECT_ARGUMENT_CLOSING_BRACE: say('花括号没有闭合', 'a curly bracket is not closed'),
  EMPTY_ARGUMENT: say('花括号里没有变量名', 'there is no variable between the curly brackets'),
  MALFORMED_ARGUMENT: say('花括号里不是变量名', 'what stands in curly brackets is no name of a variable'),
  EXPECT_ARGUMENT_TYPE: say('逗号后缺少格式', 'a format is missing after the comma'),
  INVALID_ARGUMENT_TYPE: say('不认识的格式', 'there is no such format'),
  EXPECT_ARGUMENT_STYLE: say('逗号后缺少样式', 'a style is missing after the comma'),
  MISSING_OTHER_CLAUSE: say('缺少 other 一项', 'the case "other" is missing'),
  DUPLICATE_PLURAL_ARGUMENT_SELECTOR: say('同一项写了两次', 'a case is given twice'),
  DUPLICATE_SELECT_ARGUMENT_SELECTOR: say('同一项写了两次', 'a case is given twice'),
};

interface SyntaxFault {
  readonly message: string;
  readonly location?: {
    readonly start: { readonly offset: number };
    readonly end: { readonly offset: number };
  };
}

/**
 * @returns the parts of a text in ICU MessageFormat with the variables it uses, or what is wrong and where.
 *   Angle brackets are text: messages hold no mark-up.
 */
export function parseText(text: string): ParsedText {
  try {
    const elements = parse(text, { ignoreTag: true, captureLocation: true });
    return { elements, uses: usesIn(elements) };
  } catch (error) {
    const { message, location } = error as SyntaxFault;
    const fault = faults[message];
    const code = message.toLowerCase().replaceAll('_', ' ');
    return {
      fault: fault ?? say(`不合 ICU 格式（${code}）`, code),
      range: { start: location?.start.offset ?? 0, end: location?.end.offset ?? text.length },
    };
  }
}

const forms = {
  [TYPE.argument]: 'plain',
  [TYPE.number]: 'number',
  [TYPE.date]: 'date',
  [TYPE.time]: 'date',
  [TYPE.select]: 'choice',
  [TYPE.plural]: 'plural',
} as const;

function usesIn(elements: readonly MessageFormatElement[]): Use[] {
  return elements.flatMap((element): Use[] => {
    // Tags are not parsed, and the number sign belongs to the plural around it.
    if (element.type === TYPE.literal || element.type === TYPE.pound || element.type === TYPE.tag) return [];
    const start = element.location?.start.offset ?? 0;
    const own = {
      name: element.value,
      form: forms[element.type],
      range: { start, end: element.location?.end.offset ?? start },
    };
    if (element.type !== TYPE.select && element.type !== TYPE.plural) return [own];
    return [own, ...Object.values(element.options).flatMap(({ value }) => usesIn(value))];
  });
}
