import type { Localized } from '../model/localized.ts';
import { say } from '../model/localized.ts';
import type { Audience } from './wording.ts';

/**
 * `day` is `YYYY-MM-DD`, `moment` is `YYYY-MM-DDTHH:mm` on the district's clock, both written out in the reader's
 * language; `text` and `link` stand as they are; `number` may choose between forms (plural).
 */
export type VariableType = 'text' | 'day' | 'moment' | 'number' | 'link';

export interface Variable {
  readonly type: VariableType;
  /** What it stands for, for whoever writes a template. */
  readonly title: Localized;
  /** What a preview shows. */
  readonly sample: Readonly<Record<'zh' | 'en', string | number>>;
  /** As long as it gets in practice: the length of a text message is counted with it. */
  readonly longest: Readonly<Record<'zh' | 'en', string | number>>;
  /** Absent: both. */
  readonly only?: Audience;
  /** May stand in a text message. Titles of steps name what somebody is examined for. */
  readonly inSms: boolean;
}

const both = <T extends string | number>(value: T): { readonly zh: T; readonly en: T } => ({
  zh: value,
  en: value,
});

/**
 * What a text may put in `{curly brackets}`. Facts are not among them, and no full name: a message is read by whoever
 * holds the telephone. Organisations go by their Chinese name in both languages, and so does a resident's surname.
 */
export const variables = {
  stepTitle: {
    type: 'text',
    title: say('步骤的名称', 'the title of the step'),
    sample: { zh: '年度健康问卷', en: 'Yearly health questionnaire' },
    longest: {
      zh: '与居民核对问卷中矛盾或缺失的回答并补充记录',
      en: 'Clear up missing or contradictory answers with the resident',
    },
    inSms: false,
  },
  dueDate: {
    type: 'day',
    title: say('截止日期', 'the day by which it is due'),
    sample: both('2026-03-12'),
    longest: both('2026-11-30'),
    inSms: true,
  },
  place: {
    type: 'text',
    title: say('办理机构的名称', 'the name of the place where it is done'),
    sample: both('示例社区卫生服务中心'),
    longest: both('示例市示例新区第一街道社区卫生服务中心'),
    inSms: true,
  },
  phone: {
    type: 'text',
    title: say('该机构的电话', 'the telephone number to call there'),
    sample: both('010-00000001'),
    longest: both('0000-00000000-0000'),
    inSms: true,
  },
  appointment: {
    type: 'moment',
    title: say('预约的日期和时间', 'day and time of the appointment'),
    sample: both('2026-03-12T14:30'),
    longest: both('2026-11-30T14:30'),
    inSms: true,
  },
  bring: {
    type: 'text',
    title: say('需要携带什么、到哪里', 'what to bring and where to go'),
    sample: {
      zh: '请带身份证和医保卡，到一楼服务台。',
      en: 'Please bring your identity card to the desk on the ground floor.',
    },
    longest: {
      zh: '请带身份证、医保卡和既往检查资料，提前二十分钟到门诊楼一楼服务台报到。',
      en: 'Please bring your identity card, insurance card and earlier pictures, twenty minutes early, to the desk on the ground floor.',
    },
    // Whoever edits a step's instructions does not think of text messages; the page behind the link shows them.
    inSms: false,
  },
  link: {
    type: 'link',
    title: say('居民答复用的链接', 'the link under which the resident answers'),
    sample: both('https://yilu.example.org/r/AAAAAAAAAAAbbbbbbbbbb'),
    longest: both('https://yilu.district.example.org/r/AAAAAAAAAAAbbbbbbbbbb'),
    only: 'resident',
    inSms: true,
  },
  salutation: {
    type: 'text',
    title: say('称呼，只有姓氏', 'how the reader is addressed, by surname only'),
    sample: { zh: '王女士', en: 'Ms 王' },
    longest: { zh: '欧阳女士', en: 'Ms 欧阳' },
    inSms: true,
  },
  journey: {
    type: 'text',
    title: say('旅程编号，仅限工作人员', 'the id of the journey, for staff only'),
    sample: both('00000000-0000-4000-8000-000000000001'),
    longest: both('00000000-0000-4000-8000-000000000001'),
    only: 'staff',
    inSms: false,
  },
  count: {
    type: 'number',
    title: say('合并的事项数', 'how many matters are in one message'),
    sample: both(2),
    longest: both(99),
    inSms: true,
  },
} as const satisfies Readonly<Record<string, Variable>>;

export type VariableName = keyof typeof variables;

/** What fills a text in: see {@link VariableType} for the form of each. */
export type TextValues = Readonly<Partial<Record<VariableName, string | number>>>;

export const variableNames = Object.keys(variables) as readonly VariableName[];

/** @returns the variable of that name, or undefined */
export const variableOf = (name: string): Variable | undefined =>
  Object.hasOwn(variables, name) ? variables[name as VariableName] : undefined;

/** @returns values for every variable: a sample resident's, or the longest ones of practice */
export const exampleValues = (locale: 'zh' | 'en', of: 'sample' | 'longest' = 'sample'): TextValues =>
  Object.fromEntries(variableNames.map((name) => [name, variables[name][of][locale]]));
