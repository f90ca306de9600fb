import {
  SKELETON_TYPE,
  TYPE,
  type DateTimeSkeleton,
  type MessageFormatElement,
} from '@formatjs/icu-messageformat-parser';
import { IntlMessageFormat } from 'intl-messageformat';
import { say, type Locale } from '../model/localized.ts';
import { parseText, type Use } from './parse-text.ts';
import { TemplateError } from './template-error.ts';
import { variableOf, type TextValues } from './variables.ts';

/** Day before month in English, as in the dates that the pathways write. */
const languages = { zh: 'zh-CN', en: 'en-GB' } as const;

const written = {
  day: { year: 'numeric', month: 'long', day: 'numeric' },
  moment: {
    month: 'long',
    day: 'numeric',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

const isDated = (name: string): name is 'dueDate' | 'appointment' => {
  const type = variableOf(name)?.type;
  return type === 'day' || type === 'moment';
};

/** A day or moment that stands alone in its brackets is written out in the reader's language. */
function withDatesWritten(elements: readonly MessageFormatElement[]): MessageFormatElement[] {
  return elements.map((element) => {
    if (element.type === TYPE.select || element.type === TYPE.plural)
      return {
        ...element,
        options: Object.fromEntries(
          Object.entries(element.options).map(([key, option]) => [
            key,
            { ...option, value: withDatesWritten(option.value) },
          ]),
        ),
      };
    if (element.type !== TYPE.argument || !isDated(element.value)) return element;
    const type = variableOf(element.value)?.type === 'day' ? 'day' : 'moment';
    const style: DateTimeSkeleton = {
      type: SKELETON_TYPE.dateTime,
      pattern: '',
      parsedOptions: written[type],
    };
    return { type: TYPE.date, value: element.value, style };
  });
}

const dateFormats = new Map<string, Intl.DateTimeFormat>();

/** The values are the district's clock already: whatever the machine's zone, they are written as they are. */
const formatters = {
  getNumberFormat: (...[locale, options]: ConstructorParameters<typeof Intl.NumberFormat>) =>
    new Intl.NumberFormat(locale, options),
  getPluralRules: (...[locale, options]: ConstructorParameters<typeof Intl.PluralRules>) =>
    new Intl.PluralRules(locale, options),
  getDateTimeFormat: (...[locale, options]: ConstructorParameters<typeof Intl.DateTimeFormat>) => {
    const key = JSON.stringify([locale, options]);
    let format = dateFormats.get(key);
    if (!format)
      dateFormats.set(key, (format = new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' })));
    return format;
  },
};

interface Prepared {
  readonly format: IntlMessageFormat;
  readonly uses: readonly Use[];
}

/** Texts of definitions are few and used for ever; the bound is against a caller with endless texts. */
const keptAtMost = 5000;
const prepared = new Map<string, Prepared>();

function prepare(text: string, locale: Locale): Prepared {
  const key = `${locale}\n${text}`;
  const known = prepared.get(key);
  if (known) return known;
  const parsed = parseText(text);
  if ('fault' in parsed)
    throw new TemplateError(
      'syntax',
      say(
        `模板第 ${parsed.range.start + 1} 个字符处有误：${parsed.fault.zh}。`,
        `The text is not well formed at character ${parsed.range.start + 1}: ${parsed.fault.en}.`,
      ),
    );
  const made: Prepared = {
    format: new IntlMessageFormat(withDatesWritten(parsed.elements), languages[locale], undefined, {
      formatters,
    }),
    uses: parsed.uses,
  };
  if (prepared.size >= keptAtMost) prepared.clear();
  prepared.set(key, made);
  return made;
}

/** @returns the names of the variables that a text uses, each once, in their order @throws TemplateError on bad syntax */
export const variablesIn = (text: string, locale: Locale): string[] => [
  ...new Set(prepare(text, locale).uses.map(({ name }) => name)),
];

function valueOf(name: string, values: TextValues): string | number | Date {
  const value = Object.hasOwn(values, name) ? values[name as keyof TextValues] : undefined;
  if (value === undefined || value === '')
    throw new TemplateError(
      'missing-variable',
      say(`变量“${name}”没有值。`, `The variable "${name}" has no value.`),
      name,
    );
  if (!isDated(name)) return value;
  const date = new Date(`${value}${/T/u.test(String(value)) ? '' : 'T00:00'}Z`);
  if (Number.isNaN(date.getTime()))
    throw new TemplateError(
      'wrong-value',
      say(
        `变量“${name}”须为日期（如 2026-03-12 或 2026-03-12T14:30）。`,
        `The variable "${name}" takes a day or moment such as 2026-03-12 or 2026-03-12T14:30.`,
      ),
      name,
    );
  return date;
}

/**
 * @returns the text with its variables filled in, days and moments written out in the language
 * @throws TemplateError when the text is not well formed, or a variable that it uses has no value (even in a case of a
 *   plural that is not taken, so that it does not depend on the number)
 */
export function formatText(text: string, locale: Locale, values: TextValues): string {
  const { format, uses } = prepare(text, locale);
  const filled = Object.fromEntries(uses.map(({ name }) => [name, valueOf(name, values)]));
  const said = format.format(filled);
  return typeof said === 'string' ? said : String(said);
}

/**
 * @returns each variable of a text as it is written there, for gateways that hold the text themselves and take only
 *   what fills it in @throws TemplateError as {@link formatText} does
 */
export function textParameters(
  text: string,
  locale: Locale,
  values: TextValues,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    prepare(text, locale).uses.map(({ name, form, range }) => [
      name,
      formatText(form === 'date' ? text.slice(range.start, range.end) : `{${name}}`, locale, values),
    ]),
  );
}
