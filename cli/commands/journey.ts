import { Command, Option } from 'commander';
import { zoneClock } from '../../domain/calendar/zone-clock.ts';
import { asJourneyId, type JourneyId } from '../../domain/model/ids.ts';
import { locales, type Locale } from '../../domain/model/localized.ts';
import { roleDescriptions } from '../../domain/model/role.ts';
import { PlainError } from '../../local/plain-error.ts';
import type { StepState } from '../../domain/model/state.ts';
import { absentOwner } from '../../store/absences/absent-owner.ts';
import { staffCoverOn, todayOf } from '../../store/absences/staff-cover.ts';
import type { StoreDeps } from '../../store/deps.ts';
import { districtOfJourney, findResident } from '../../store/find-resident.ts';
import { journeyById, journeysOf, type JourneyView } from '../../store/journey-by-id.ts';
import { allOrganisations } from '../../store/organisations.ts';
import { allStaff } from '../../store/staff.ts';
import { mergesOf, type Merge } from '../../store/merges.ts';
import { noticesByKey } from '../../store/messages/notice-list.ts';
import type { NoticeView } from '../../store/messages/notice-view.ts';
import { withClient } from '../../store/transaction.ts';
import { noticesOf, timeline, type TimelineEntry } from '../../store/timeline.ts';
import {
  actorText,
  describeEvent,
  effectLines,
  endingTitle,
  stepTitle,
  type Wording,
} from '../describe-event.ts';
import { findPerson } from '../find-person.ts';
import { lengthText, localTextIn } from '../local-text.ts';
import { noticeLines } from '../notice-lines.ts';
import { programCaller } from '../program-caller.ts';
import { absentText } from '../absent-text.ts';
import { withStore } from '../run.ts';
import { alignedTable } from '../table.ts';

interface Options {
  readonly locale: Locale;
  readonly json?: true;
}

/** `yilu journey <id>`: state and timeline in the terminal. */
export const journeyCommand = (): Command =>
  new Command('journey')
    .description('查看一个旅程的状态与时间线 / the state and timeline of a journey')
    .argument(
      '<id>',
      '旅程编号，或居民的编号或身份证号 / id of a journey; or id or identity number of a resident',
    )
    .addOption(new Option('--locale <locale>', '语言 / language').choices(locales).default('zh'))
    .option('--json', '每行一个 JSON / JSON lines')
    .action((id: string, options: Options) => withStore((store) => run(store, id.trim(), options)));

async function run(store: StoreDeps, id: string, options: Options): Promise<void> {
  for (const { journey, district } of await find(store, id)) {
    const caller = programCaller('cli', district);
    const view = await journeyById(store, caller, journey);
    if (!view) continue;
    const log: TimelineEntry[] = [];
    for (;;) {
      const page = (await timeline(store, caller, journey, { after: log.at(-1)?.seq ?? 0 })) ?? [];
      log.push(...page);
      if (page.length < 200) break;
    }
    const merges = await mergesOf(store, caller, view.resident.id);
    const notices = await noticesByKey(store, caller, log.flatMap(noticesOf));
    if (options.json)
      console.log(JSON.stringify({ ...view, timeline: log, notices: [...notices.values()], merges }));
    else await show(store, view, { log, merges, notices }, options.locale);
  }
}

async function find(store: StoreDeps, id: string): Promise<{ journey: JourneyId; district: string }[]> {
  const district = await districtOfJourney(store, id);
  if (district !== null) return [{ journey: asJourneyId(id), district }];
  const resident = await findResident(store, id);
  if (!resident)
    throw new PlainError(`没有编号为“${id}”的旅程或居民。`, `There is no journey or resident "${id}".`);
  // Of a record that was merged: where the person's road goes on, then what had ended with that record.
  const records = resident.mergedInto === null ? [resident] : [await findPerson(store, id), resident];
  const found: { journey: JourneyId; district: string }[] = [];
  for (const { id: record, district: place } of records)
    for (const one of await journeysOf(store, programCaller('cli', place), record))
      found.push({ journey: one.id, district: place });
  if (found.length === 0)
    throw new PlainError(`${resident.name} 没有旅程。`, `${resident.name} has no journey.`);
  return found;
}

interface Told {
  readonly log: readonly TimelineEntry[];
  readonly merges: readonly Merge[];
  readonly notices: ReadonlyMap<string, NoticeView>;
}

async function show(
  store: StoreDeps,
  view: JourneyView,
  { log, merges, notices }: Told,
  locale: Locale,
): Promise<void> {
  const zh = locale === 'zh';
  const { zone } = await store.calendar();
  const time = localTextIn(zone);
  const now = Date.now();
  const places = new Map((await allOrganisations(store)).map((one) => [one.id, one.names[0] ?? one.code]));
  const wording: Wording = {
    definition: await store.definitions.get(view.pathway, view.version),
    locale,
    time,
    staff: new Map((await allStaff(store)).map((member) => [member.id, member.name])),
  };
  const cover = await withClient(store.pool, async (client) =>
    staffCoverOn(client, await todayOf(store, client)),
  );
  const personText = (staff: string | null): string =>
    staff === null
      ? ''
      : ` · ${wording.staff.get(staff) ?? staff}${absentText(absentOwner(cover, staff), locale)}`;
  const { state } = view;
  const next = view.nextStep;
  const head: string[][] = [
    [zh ? '旅程' : 'Journey', `${view.id}  ${view.title[locale]}（${view.pathway}@${view.version}）`],
    [zh ? '居民' : 'Resident', view.resident.name],
    [
      zh ? '机构' : 'Places',
      [state.assignment.centre, state.assignment.hospital]
        .map((place) => places.get(place) ?? place)
        .join(' · '),
    ],
    [zh ? '阶段' : 'Stage', view.stageTitle[locale]],
  ];
  if (state.ending)
    head.push([
      zh ? '结束' : 'Ended',
      `${time(state.ending.at)}  ${endingTitle(state.ending.kind)[locale]}${happenedText(wording, state.ending)}`,
    ]);
  if (state.pause) head.push([zh ? '暂停至' : 'Paused until', time(state.pause.until)]);
  if (view.nextDeadlineAt !== null)
    head.push([
      zh ? '下一时刻' : 'Next',
      `${time(view.nextDeadlineAt)}  ${next ? stepTitle(wording, next) : ''}`,
    ]);
  console.log(alignedTable(head));
  if (view.openSteps.length > 0) {
    console.log(zh ? '\n待办' : '\nOpen');
    console.log(
      alignedTable(
        view.openSteps.map(({ step, state: one, owner, outcomes }) => [
          stepTitle(wording, step),
          one.status === 'scheduled' ? (zh ? '未到时间' : 'scheduled') : dueText(one.dueAt - now, locale),
          `${zh ? '到期' : 'due'} ${time(one.dueAt)}${one.provisional ? provisionalText[locale] : ''}`,
          one.appointmentAt === undefined ? '' : `${zh ? '预约' : 'booked'} ${time(one.appointmentAt)}`,
          `${roleDescriptions[owner.role].title[locale]} · ${places.get(owner.organisation) ?? ''}${personText(owner.staff)}`,
          acknowledgedText(wording, one),
          outcomes.map(({ outcome }) => outcome).join(' | '),
        ]),
      ),
    );
  }
  console.log(zh ? '\n时间线' : '\nTimeline');
  const entries = log.map((entry) => ({
    at: entry.at,
    cells: [
      String(entry.seq),
      time(entry.at),
      actorText(wording, entry.event.by),
      describeEvent(wording, entry) + happenedText(wording, entry),
    ],
    effects: [
      ...effectLines(wording, entry.effects),
      ...noticesOf(entry).flatMap((key) => {
        const notice = notices.get(key);
        return notice ? noticeLines(notice, wording, zoneClock(zone)) : [];
      }),
    ],
  }));
  // A merge that changed this journey is in its log; here is one that happened to the person alone.
  for (const merge of merges)
    if (!log.some(({ event }) => event.id.startsWith(`${merge.id}/`)))
      entries.push({ at: merge.at, cells: ['·', time(merge.at), '', mergeText(merge, locale)], effects: [] });
  entries.sort((a, b) => a.at - b.at);
  const table = alignedTable(entries.map(({ cells }) => cells)).split('\n');
  entries.forEach(({ effects }, i) => {
    console.log(table[i]);
    for (const line of effects) console.log(`      → ${line}`);
  });
  console.log();
}

/** Working days of a year that is not announced are counted in it: weekends alone are known there. */
const provisionalText: Readonly<Record<Locale, string>> = { zh: '（暂定）', en: ' (provisional)' };

/** @returns who has it and until when, while that lasts or has been the last word */
function acknowledgedText({ locale, time, staff }: Wording, step: StepState): string {
  const { acknowledgedUntil: until, acknowledgedBy: by, acknowledgedReason: reason } = step;
  if (until === undefined) return '';
  const who = by === undefined ? '' : ` ${staff.get(by) ?? by}`;
  const why = reason === undefined ? '' : locale === 'zh' ? `（${reason}）` : ` (${reason})`;
  return `${locale === 'zh' ? '知晓至' : 'acknowledged until'} ${time(until)}${who}${why}`;
}

function mergeText({ duplicate, survivor, reason }: Merge, locale: Locale): string {
  if (locale === 'zh')
    return `档案合并：${duplicate.id} 并入 ${survivor.id}${reason === null ? '' : `（${reason}）`}`;
  return `records merged: ${duplicate.id} into ${survivor.id}${reason === null ? '' : ` (${reason})`}`;
}

/** @returns when it happened, if that is another minute than when it was recorded */
function happenedText(
  { locale, time }: Wording,
  { at, happenedAt }: { readonly at: number; readonly happenedAt: number },
): string {
  const happened = time(happenedAt);
  if (happened === time(at)) return '';
  return locale === 'zh' ? `（发生于 ${happened}）` : ` (happened ${happened})`;
}

function dueText(leftMs: number, locale: Locale): string {
  const length = lengthText(leftMs, locale);
  if (locale === 'zh') return leftMs < 0 ? `已逾期 ${length}` : `还有 ${length}`;
  return leftMs < 0 ? `overdue ${length}` : `${length} left`;
}
