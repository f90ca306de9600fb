import { civilText } from '../../domain/calendar/civil-day.ts';
import type { CompiledCalendar } from '../../domain/calendar/working-calendar.ts';
import { standsInText } from '../../domain/messaging/stood-in-for.ts';
import { formatText } from '../../domain/messaging/format.ts';
import type { MessagingRules } from '../../domain/messaging/rules.ts';
import { wordingFor } from '../../domain/messaging/wording-for.ts';
import { say, type Locale } from '../../domain/model/localized.ts';
import type { DigestContent, DigestItem } from '../../store/messages/digest-content.ts';

const headings = {
  escalated: say('升级给您的', 'Escalated to you'),
  overdue: say('已逾期', 'Overdue'),
  dueToday: say('今天到期', 'Due today'),
  new: say('新的', 'New'),
} as const satisfies Record<keyof DigestContent, unknown>;
const order = ['escalated', 'overdue', 'dueToday', 'new'] as const;

const more = (count: number, locale: Locale): string =>
  locale === 'zh' ? `……另有 ${count} 项，请登录一路查看。` : `… and ${count} more: please sign in to Yilu.`;

/** @returns subject and text of a digest; undefined when it has nothing to say */
export function composeDigest(
  content: DigestContent,
  {
    channel,
    locale,
    rules,
    calendar,
    unreadReplies = 0,
  }: {
    readonly channel: 'sms' | 'email';
    readonly locale: Locale;
    readonly rules: Pick<MessagingRules, 'templates'>;
    readonly calendar: CompiledCalendar;
    /** Of residents, which no rule understood. */
    readonly unreadReplies?: number;
  },
): { readonly subject: string; readonly text: string } | undefined {
  const steps = order.reduce((sum, section) => sum + content[section].total, 0);
  const count = steps || unreadReplies;
  if (count === 0) return undefined;
  const wording = wordingFor(rules, { pathway: '*', template: 'digest-staff', audience: 'staff' });
  const fill = (text: string): string => formatText(text, locale, { count });
  if (channel === 'sms') return { subject: '', text: fill(wording.sms[locale]) };
  // No page shows a journey to staff: by its id the command line and the API do.
  const line = ({ title, surname, dueAt, journey, standsInFor }: DigestItem): string =>
    [
      title[locale],
      surname,
      ...(dueAt === null ? [] : [civilText(calendar.clock.dayOf(dueAt))]),
      ...(standsInFor ? [standsInText(standsInFor, locale)] : []),
      journey,
    ].join(' · ');
  const told = order
    .filter((section) => content[section].total > 0)
    .map((section) => {
      const { total, items } = content[section];
      const rest = total - items.length;
      return [
        `${headings[section][locale]}${locale === 'zh' ? `（${total}）` : ` (${total})`}`,
        ...items.map((item) => `- ${line(item)}`),
        ...(rest > 0 ? [more(rest, locale)] : []),
      ].join('\n');
    });
  return {
    subject: fill(wording.subject[locale]),
    text: [
      fill(wording.body[locale]),
      ...standingIn(content, locale),
      ...told,
      ...repliesText(unreadReplies, steps > 0, locale),
    ].join('\n\n'),
  };
}

function repliesText(count: number, besides: boolean, locale: Locale): string[] {
  if (count === 0) return [];
  const told = say(
    `${besides ? '另有 ' : ''}${count} 条居民的短信回复未读，请登录一路查看。`,
    `${count === 1 ? 'A reply of a resident is' : `${count} replies of residents are`} unread: please sign in to Yilu.`,
  );
  return [told[locale]];
}

/** For whom the reader stands in today, of those with something in the digest. */
function standingIn(content: DigestContent, locale: Locale): string[] {
  const all = order.flatMap((section) => content[section].items.map(({ standsInFor }) => standsInFor));
  const named = new Set(all.flatMap((one) => (one ? [standsInText(one, locale)] : [])));
  if (named.size === 0) return [];
  return [
    locale === 'zh' ? `今天您${[...named].join('、')}。` : `Today you stand in ${[...named].join(', ')}.`,
  ];
}
