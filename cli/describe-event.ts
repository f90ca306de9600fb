import type { Definition } from '../domain/definition/definition.ts';
import { assertNever } from '../domain/model/assert-never.ts';
import type { Effect, Recipient } from '../domain/model/effect.ts';
import type { Actor } from '../domain/model/event.ts';
import type { FactValue } from '../domain/model/fact.ts';
import { stepIdOf, type StepRef } from '../domain/model/ids.ts';
import type { Locale, Localized } from '../domain/model/localized.ts';
import type { Channel, ResidentAnswerKind } from '../domain/model/message.ts';
import { roleDescriptions } from '../domain/model/role.ts';
import type { EndingKind, PauseReason } from '../domain/model/state.ts';
import type { TimelineEntry } from '../store/timeline.ts';

const endingTitles: Readonly<Record<EndingKind, Localized>> = {
  completed: { zh: '完成', en: 'completed' },
  declined: { zh: '居民拒绝', en: 'declined' },
  moved: { zh: '迁出', en: 'moved away' },
  died: { zh: '死亡', en: 'died' },
  'lost-to-follow-up': { zh: '失访', en: 'lost to follow-up' },
  'other-care': { zh: '在其他机构就诊', en: 'cared for elsewhere' },
  merged: { zh: '已合并', en: 'merged' },
  'entered-in-error': { zh: '误录', en: 'entered in error' },
};
const pauseTitles: Readonly<Record<PauseReason, Localized>> = {
  away: { zh: '外出', en: 'away' },
  'in-hospital-elsewhere': { zh: '在其他医院住院', en: 'in hospital elsewhere' },
  'other-illness': { zh: '因其他疾病等待', en: 'another illness' },
};

export const answerTitles: Readonly<Record<ResidentAnswerKind, Localized>> = {
  confirmed: { zh: '确认', en: 'confirmed' },
  'another-time': { zh: '希望改期', en: 'asks for another time' },
  'done-elsewhere': { zh: '已在别处完成', en: 'already done elsewhere' },
  'do-not-contact': { zh: '请勿再联系', en: 'does not want to be contacted' },
};
const channelTitles: Readonly<Record<Channel, Localized>> = {
  sms: { zh: '短信', en: 'SMS' },
  email: { zh: '电子邮件', en: 'email' },
};

export const endingTitle = (kind: EndingKind): Localized => endingTitles[kind];

/** What a description needs beside the entry. */
export interface Wording {
  readonly definition: Definition;
  readonly locale: Locale;
  readonly time: (at: number) => string;
  /** Names of staff by id. */
  readonly staff: ReadonlyMap<string, string>;
}

export function stepTitle({ definition, locale }: Wording, ref: StepRef): string {
  const title = definition.steps[stepIdOf(ref)]?.source.title[locale] ?? stepIdOf(ref);
  return ref.endsWith('#1') ? title : `${title} ${ref.slice(ref.lastIndexOf('#'))}`;
}

function outcomeTitle({ definition, locale }: Wording, ref: StepRef, outcome: string): string {
  const step = definition.steps[stepIdOf(ref)];
  return step?.source.options?.[outcome]?.[locale] ?? step?.outcomes[outcome]?.rule.title[locale] ?? outcome;
}

const factsText = (wording: Wording, facts: Readonly<Record<string, FactValue>> | undefined): string =>
  Object.entries(facts ?? {})
    .map(([name, value]) => {
      const declared = wording.definition.source.facts[name];
      const shown = value === true ? '✓' : value === false ? '✗' : String(value);
      return `${declared?.title?.[wording.locale] ?? name} ${shown}${declared?.unit ? ` ${declared.unit}` : ''}`;
    })
    .join(wording.locale === 'zh' ? '，' : ', ');

export function actorText(wording: Wording, by: Actor): string {
  const zh = wording.locale === 'zh';
  switch (by.kind) {
    case 'staff':
      return wording.staff.get(by.id) ?? by.id;
    case 'resident':
      return zh ? '居民本人' : 'the resident';
    case 'outside':
      return by.system;
    case 'system':
      return zh ? '系统' : 'system';
    default:
      return assertNever(by);
  }
}

export function recipientText(wording: Wording, recipient: Recipient): string {
  if (recipient.kind === 'resident') return wording.locale === 'zh' ? '居民' : 'the resident';
  const named = recipient.staff === undefined ? undefined : wording.staff.get(recipient.staff);
  return named ?? roleDescriptions[recipient.role].title[wording.locale];
}

/** What the event brought about, one line each; what only repeats the event is left out. */
export function effectLines(wording: Wording, effects: readonly Effect[]): string[] {
  const zh = wording.locale === 'zh';
  const skipped = new Map<StepRef, number>();
  for (const effect of effects)
    if (effect.kind === 'RungRaised' && !effect.told && !effect.silenced)
      skipped.set(effect.step, (skipped.get(effect.step) ?? 0) + 1);
  return effects.flatMap((effect): string[] => {
    switch (effect.kind) {
      case 'StageEntered': {
        const title = wording.definition.source.stages[effect.stage]?.title[wording.locale] ?? effect.stage;
        return [zh ? `进入阶段：${title}` : `stage: ${title}`];
      }
      case 'StepOpened':
        return [
          zh
            ? `开始：${stepTitle(wording, effect.step)}，${wording.time(effect.dueAt)} 到期`
            : `opened: ${stepTitle(wording, effect.step)}, due ${wording.time(effect.dueAt)}`,
        ];
      case 'StepClosed':
        return effect.status === 'missed'
          ? [
              zh
                ? `逾期未完成：${stepTitle(wording, effect.step)}`
                : `missed: ${stepTitle(wording, effect.step)}`,
            ]
          : [];
      case 'RungRaised': {
        const who = recipientText(wording, effect.tell);
        const step = stepTitle(wording, effect.step);
        if (effect.silenced)
          return [zh ? `居民已确认，不再提醒：${step}` : `confirmed, so not reminded again: ${step}`];
        if (!effect.told) {
          // A catch-up can skip a hundred; they are said once.
          const times = skipped.get(effect.step);
          skipped.delete(effect.step);
          if (times === undefined) return [];
          return [zh ? `跳过 ${times} 次过时的提醒：${step}` : `${times} stale reminders not sent: ${step}`];
        }
        return [zh ? `提醒 ${who}：${step}` : `told ${who}: ${step}`];
      }
      case 'OutsideWorkRequested':
        return [zh ? `委托外部系统 ${effect.provider}` : `asked the outside system ${effect.provider}`];
      case 'JourneyEnded':
        return [
          zh
            ? `旅程结束：${endingTitles[effect.ending].zh}`
            : `journey ended: ${endingTitles[effect.ending].en}`,
        ];
      case 'NoticeQueued':
      case 'NoticeSuperseded':
        return [];
      default:
        return assertNever(effect);
    }
  });
}

/** @returns one entry of the log as a sentence */
export function describeEvent(wording: Wording, { event }: TimelineEntry): string {
  const zh = wording.locale === 'zh';
  const step = 'step' in event ? stepTitle(wording, event.step) : '';
  const because = (reason: string | undefined): string =>
    reason === undefined || reason === '' ? '' : zh ? `（${reason}）` : ` (${reason})`;
  const colon = zh ? '：' : ': ';
  switch (event.kind) {
    case 'Enrolled':
      return zh ? '入组' : 'enrolled';
    case 'OutcomeRecorded': {
      const booked = event.appointmentAt === undefined ? '' : ` → ${wording.time(event.appointmentAt)}`;
      const facts = factsText(wording, event.facts);
      const outcome = outcomeTitle(wording, event.step, event.outcome);
      return `${step}${colon}${outcome}${booked}${because(event.reason)}${facts && ` [${facts}]`}`;
    }
    case 'FactsCorrected':
      return `${zh ? '更正' : 'corrected'}${colon}${factsText(wording, event.facts)}${because(event.reason)}`;
    case 'EnteredInError':
      return `${zh ? '撤销误录' : 'retracted'}${colon}${event.of}${because(event.reason)}`;
    case 'Assigned':
      return `${step}${colon}${zh ? '指派给' : 'assigned to'} ${wording.staff.get(event.staff) ?? event.staff}`;
    case 'Acknowledged':
      return `${step}${colon}${zh ? '已知晓，处理至' : 'acknowledged until'} ${wording.time(event.until)}${because(event.reason)}`;
    case 'Extended':
      return `${step}${colon}${zh ? '延期至' : 'extended to'} ${wording.time(event.until)}${because(event.reason)}`;
    case 'Paused':
      return `${zh ? '暂停至' : 'paused until'} ${wording.time(event.until)}${because(pauseTitles[event.reason][wording.locale])}`;
    case 'Resumed':
      return zh ? '恢复' : 'resumed';
    case 'DeadlineReached':
      return zh ? '到期' : 'deadline reached';
    case 'DeadlinesRecomputed':
      return zh
        ? `按日历 ${event.calendar} 重算期限`
        : `deadlines recomputed with calendar ${event.calendar}`;
    case 'OutsideWorkFinished':
      return `${step}${colon}${zh ? '外部系统答复' : 'outside answer'} ${event.result.status}`;
    case 'Migrated':
      return `${zh ? '迁移到第' : 'moved to version'} ${event.toVersion}${zh ? ' 版' : ''}${because(event.reason)}`;
    case 'Transferred':
      return `${zh ? '转移' : 'transferred'}${because(event.reason)}`;
    case 'Ended':
      return `${zh ? '结束' : 'ended'}${colon}${endingTitles[event.ending][wording.locale]}${because(event.reason)}`;
    case 'Reopened':
      return `${zh ? '重新打开' : 'reopened'}${because(event.reason)}`;
    case 'ResidentAnswered':
      return `${step}${colon}${zh ? '居民答复' : 'the resident answered'}${colon}${answerTitles[event.answer][wording.locale]}${because(event.note)}`;
    case 'ContactFailed':
      return `${zh ? '无法送达' : 'not deliverable'}${colon}${channelTitles[event.channel][wording.locale]}${because(event.reason)}`;
    case 'MessageInDoubt':
      return `${zh ? '不知是否送达' : 'may not have arrived'}${colon}${channelTitles[event.channel][wording.locale]}`;
    default:
      return assertNever(event);
  }
}
