import { say, type Localized } from '../model/localized.ts';
import type { MessagingRules } from './rules.ts';

/** One difference between two versions of a district's rules, in words. */
export interface RulesChange {
  readonly kind: 'added' | 'removed' | 'changed';
  /** Such as `quietHours` or `templates/lung/invitation/sms/zh`. */
  readonly path: string;
  readonly message: Localized;
}

const names: Readonly<Record<keyof MessagingRules, Localized>> = {
  quietHours: say('免打扰时段', 'quiet hours'),
  routineAt: say('常规消息的发送时刻', 'hour of routine messages'),
  publicHolidays: say('公休日', 'on public holidays'),
  perDay: say('每人每天至多几条', 'most messages a day'),
  digestAt: say('工作摘要的发送时刻', 'hour of the digest'),
  channels: say('渠道顺序', 'order of channels'),
  validFor: say('消息的有效期', 'validity of messages'),
  linkValidFor: say('链接的有效期', 'validity of links'),
  clinicalWords: say('短信禁用词', 'word that no text message may hold'),
  templates: say('文字', 'wording'),
  registrations: say('模板登记', 'registered template'),
};

interface Leaf {
  readonly name: Localized;
  /** Empty where to be there is all that it says. */
  readonly value: string;
}

/** Taken apart into what can change by itself. */
function leavesOf(rules: MessagingRules): ReadonlyMap<string, Leaf> {
  const leaves = new Map<string, Leaf>();
  const add = (key: keyof MessagingRules, below: readonly string[], value: string): void => {
    const under = below.length === 0 ? '' : ` ${below.join('/')}`;
    const { zh, en } = names[key];
    leaves.set([key, ...below].join('/'), { name: say(zh + under, en + under), value });
  };
  const { quietHours, clinicalWords, templates, registrations, channels, ...plain } = rules;
  add('quietHours', [], `${quietHours.from}–${quietHours.until}`);
  for (const key of Object.keys(plain) as (keyof typeof plain)[]) add(key, [], String(plain[key]));
  add('channels', [], channels.join(' → '));
  for (const word of clinicalWords) add('clinicalWords', [word], '');
  for (const [pathway, wordings] of Object.entries(templates))
    for (const [template, wording] of Object.entries(wordings))
      for (const [part, texts] of Object.entries(wording))
        for (const [locale, text] of Object.entries(texts ?? {}))
          add('templates', [pathway, template, part, locale], text);
  for (const { provider, pathway = '*', template, locale, code, signature } of registrations)
    add('registrations', [provider, pathway, template, locale], `${code}【${signature}】`);
  return leaves;
}

/** @returns what changes from the first rules to the second; none when they say the same */
export function diffRules(before: MessagingRules, after: MessagingRules): RulesChange[] {
  const [was, is] = [leavesOf(before), leavesOf(after)];
  const shown = ({ value }: Leaf, colon: string): string => (value === '' ? '' : `${colon}${value}`);
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((path): RulesChange[] => {
    const [old, now] = [was.get(path), is.get(path)];
    if (old && now) {
      if (old.value === now.value) return [];
      const { zh, en } = now.name;
      const message = say(
        `${zh}：由 ${old.value} 改为 ${now.value}`,
        `${en}: from ${old.value} to ${now.value}`,
      );
      return [{ kind: 'changed', path, message }];
    }
    if (now) {
      const message = say(`新增${now.name.zh}${shown(now, '：')}`, `added ${now.name.en}${shown(now, ': ')}`);
      return [{ kind: 'added', path, message }];
    }
    if (!old) return [];
    const message = say(`删除${old.name.zh}${shown(old, '：')}`, `removed ${old.name.en}${shown(old, ': ')}`);
    return [{ kind: 'removed', path, message }];
  });
}
