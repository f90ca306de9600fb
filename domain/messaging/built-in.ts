import type { FullWording } from './wording.ts';

/**
 * What every pathway may say without wording of its own; a district may override each by its name.
 * Nothing clinical in a text message, and in those to residents nothing that needs more than place and telephone.
 */
export const builtInWordings = {
  'reminder-resident': {
    subject: { zh: '提醒：{stepTitle}', en: 'Reminder: {stepTitle}' },
    body: {
      zh: '您好：请在 {dueDate} 前完成“{stepTitle}”。如有疑问，请联系您的家庭医生。',
      en: 'Hello, please complete "{stepTitle}" by {dueDate}. If you have questions, call your family doctor.',
    },
    sms: {
      zh: '您好，您在{place}有一项健康服务，请在{dueDate}前完成。详询{phone}。',
      en: 'Hello. {place} expects you by {dueDate}. Questions? Call {phone}.',
    },
  },
  'reminder-staff': {
    subject: { zh: '待办：{stepTitle}', en: 'To do: {stepTitle}' },
    body: {
      zh: '“{stepTitle}”应于 {dueDate} 前完成，仍在等待。请在一路中处理：旅程 {journey}。',
      en: '"{stepTitle}" was due by {dueDate} and still waits. Please act in Yilu: journey {journey}.',
    },
    sms: {
      zh: '您有一项待办应于{dueDate}前完成，请登录一路处理。',
      en: 'Something that was due by {dueDate} waits for you. Please sign in to Yilu.',
    },
  },
  'outside-work-failed': {
    subject: { zh: '请人工处理：{stepTitle}', en: 'Please take over: {stepTitle}' },
    body: {
      zh: '“{stepTitle}”的外部事务未能完成，请人工处理：旅程 {journey}。',
      en: 'Work in another system for "{stepTitle}" could not be completed. Please take over: journey {journey}.',
    },
    sms: {
      zh: '有一项外部事务未能完成，请登录一路人工处理。',
      en: 'Work in another system could not be completed. Please sign in to Yilu and take over.',
    },
  },
  'resident-answered': {
    subject: { zh: '居民已答复：{stepTitle}', en: 'A resident has answered: {stepTitle}' },
    body: {
      zh: '居民就“{stepTitle}”作了答复，需要您处理。请在一路中查看：旅程 {journey}。',
      en: 'A resident has answered about "{stepTitle}", and it is for you to act. See it in Yilu: journey {journey}.',
    },
    sms: {
      zh: '一位居民的答复需要您处理，请登录一路查看。',
      en: 'A resident has answered and it is for you to act. Please sign in to Yilu.',
    },
  },
  'nobody-reachable': {
    subject: {
      zh: '无人可通知，请接手：{stepTitle}',
      en: 'Nobody could be told, please step in: {stepTitle}',
    },
    body: {
      zh: '“{stepTitle}”（应于 {dueDate} 前完成）的责任人和代理人都无法通知，因此告知您。请安排人员：旅程 {journey}。',
      en: 'Neither the owner of "{stepTitle}" (due by {dueDate}) nor a deputy could be told, so you are. Please see to it: journey {journey}.',
    },
    sms: {
      zh: '有一项事务的责任人和代理人都无法通知，请登录一路安排。',
      en: 'Nobody responsible for a matter could be told. Please sign in to Yilu and see to it.',
    },
  },
  'digest-staff': {
    subject: {
      zh: '今日工作：{count} 项',
      en: 'Your day: {count, plural, one {# matter} other {# matters}}',
    },
    body: {
      zh: '您有 {count} 项工作：',
      en: 'There {count, plural, one {is # matter} other {are # matters}} for you:',
    },
    sms: {
      zh: '您今天有{count}项工作，请登录一路查看。',
      en: 'You have {count, plural, one {# matter} other {# matters}} today. Please sign in to Yilu.',
    },
  },
  /** Several notices in one message, at least one of which asks for an answer. */
  'merged-resident': {
    subject: { zh: '您有 {count} 项健康服务', en: 'About {count} of your appointments and services' },
    body: { zh: '您好！您有 {count} 项健康服务：', en: 'Hello. There are {count} matters for you:' },
    sms: {
      zh: '您好，您在{place}有{count}项健康服务，请点击查看并答复：{link} 详询{phone}。',
      en: 'Hello. {place} has {count} matters for you. See and answer: {link} Questions? Call {phone}.',
    },
  },
  /** The same when nothing can be answered by a link. */
  'merged-resident-call': {
    subject: { zh: '您有 {count} 项健康服务', en: 'About {count} of your appointments and services' },
    body: { zh: '您好！您有 {count} 项健康服务：', en: 'Hello. There are {count} matters for you:' },
    sms: {
      zh: '您好，您在{place}有{count}项健康服务，请尽快联系我们，电话{phone}。',
      en: 'Hello. {place} has {count} matters for you. Please call {phone} soon.',
    },
  },
} as const satisfies Readonly<Record<string, FullWording>>;

export type BuiltInTemplate = keyof typeof builtInWordings;

/** Built-in templates that speak to residents; the others speak to staff. */
export const builtInForResidents = [
  'reminder-resident',
  'merged-resident',
  'merged-resident-call',
] as const satisfies readonly BuiltInTemplate[];

/** @returns the built-in wording of that name, or undefined */
export const builtInWording = (name: string): FullWording | undefined =>
  Object.hasOwn(builtInWordings, name) ? builtInWordings[name as BuiltInTemplate] : undefined;
