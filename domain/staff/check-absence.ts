import { civilDay, civilText, type CivilDay } from '../calendar/civil-day.ts';
import { say, type Localized } from '../model/localized.ts';
import { roleDescriptions } from '../model/role.ts';
import { rolesForStep } from '../rights/may-act.ts';
import { maximumAbsenceDays } from './absence.ts';
import { coverOf, seesTheWorkOf, type Colleague, type Cover } from './cover.ts';

/** Days of absence, both ends of them days on which the person is away. */
export interface AbsentDays {
  readonly staff: string;
  /** YYYY-MM-DD. */
  readonly from: string;
  /** YYYY-MM-DD. */
  readonly until: string;
  readonly deputy: string | null;
}

export interface NamedColleague extends Colleague {
  readonly name: string;
}

export interface AbsenceProblem {
  readonly code:
    | 'AbsenceEndsBeforeItBegins'
    | 'AbsenceOver'
    | 'AbsenceTooLong'
    | 'AbsenceOverlaps'
    | 'DeputyIsAbsent'
    | 'DeputyIsSelf'
    | 'DeputyNotActive'
    | 'DeputyElsewhere'
    | 'DeputyInCircle'
    | 'DeputyMayNotRecord'
    | 'DeputyDoesNotSee'
    | 'NobodyStandsIn'
    | 'IsDeputyHimself';
  readonly field: 'from' | 'until' | 'deputy';
  readonly message: Localized;
}

export interface Given {
  readonly asked: AbsentDays;
  /** YYYY-MM-DD, on the district's calendar. */
  readonly today: string;
  /** Everybody of the district, and the deputy. */
  readonly colleagues: readonly NamedColleague[];
  /** Absences on record that share a day with it, of anybody. */
  readonly others: readonly AbsentDays[];
}

const dayAfter = (day: string): string => civilText(civilDay(day) + 1);
const sharesDays = (a: AbsentDays, b: AbsentDays): boolean => a.from <= b.until && b.from <= a.until;

/** @returns why an absence cannot be recorded like this, and what would be right; undefined when it can */
export function refuseAbsence({ asked, today, colleagues, others }: Given): AbsenceProblem | undefined {
  const { from, until, staff, deputy } = asked;
  if (until < from)
    return {
      ...{ code: 'AbsenceEndsBeforeItBegins', field: 'until' },
      message: say(
        `最后一天 ${until} 早于第一天 ${from}；两天都算缺勤日，只缺一天就填同一天。`,
        `The last day, ${until}, lies before the first, ${from}. Both are days of absence: for a single one give the same day twice.`,
      ),
    };
  if (until < today)
    return {
      ...{ code: 'AbsenceOver', field: 'until' },
      message: say(
        `此缺勤在 ${until} 已结束，今天是 ${today}；登记它不会改变任何事，请登记从今天起的日子。`,
        `This absence was over on ${until}, and today is ${today}: recording it would change nothing. Record days from today on.`,
      ),
    };
  const days = civilDay(until) - civilDay(from) + 1;
  if (days > maximumAbsenceDays)
    return {
      ...{ code: 'AbsenceTooLong', field: 'until' },
      message: say(
        `缺勤共 ${days} 天，一次最多 ${maximumAbsenceDays} 天，即到 ${civilText(civilDay(from) + maximumAbsenceDays - 1)}；离岗的请把工作转交他人。`,
        `These are ${days} days; one absence has ${maximumAbsenceDays} at most, that is until ${civilText(civilDay(from) + maximumAbsenceDays - 1)}. Of somebody who has left, hand the work over.`,
      ),
    };
  const same = others.find((one) => one.staff === staff && sharesDays(one, asked));
  if (same)
    return {
      ...{ code: 'AbsenceOverlaps', field: 'from' },
      message: say(
        `此人 ${same.from} 至 ${same.until} 已登记缺勤；请从 ${dayAfter(same.until)} 起登记，或先取消那一次。`,
        `An absence from ${same.from} until ${same.until} is on record: record this one from ${dayAfter(same.until)} on, or cancel the other first.`,
      ),
    };
  return deputy === null ? undefined : refuseDeputy({ asked, today, colleagues, others }, deputy);
}

function refuseDeputy(given: Given, deputy: string): AbsenceProblem | undefined {
  const { asked, colleagues } = given;
  const person = colleagues.find(({ id }) => id === asked.staff);
  const other = colleagues.find(({ id }) => id === deputy);
  const problem = (code: AbsenceProblem['code'], zh: string, en: string): AbsenceProblem => ({
    ...{ code, field: 'deputy' },
    message: say(zh, en),
  });
  if (deputy === asked.staff)
    return problem(
      'DeputyIsSelf',
      '代理人不能是本人；请另选一人。',
      'Nobody stands in for oneself: name somebody else.',
    );
  if (!other?.active)
    return problem(
      'DeputyNotActive',
      `代理人${other ? `“${other.name}”` : ''}已不在岗；请另选一位在岗人员。`,
      `The deputy${other ? ` "${other.name}"` : ''} is not on the staff any more: name somebody who is.`,
    );
  if (other.district !== person?.district)
    return problem(
      'DeputyElsewhere',
      '代理人属于另一个区，看不到本区的旅程；请选本区人员。',
      "The deputy belongs to another district and sees none of this one's journeys: name somebody of this district.",
    );
  const circle = daysOf(given).find((day) => leadsBack(given, day));
  if (circle !== undefined)
    return problem(
      'DeputyInCircle',
      `“${other.name}”在 ${civilText(circle)} 也缺勤，其代理人又回到本人；请选那天在岗的人。`,
      `"${other.name}" is away on ${civilText(circle)} too, and whoever stands in there leads back to the same person: name somebody who is here on that day.`,
    );
  return undefined;
}

/** The days that are still to come. */
function daysOf({ asked, today }: Given): CivilDay[] {
  const first = civilDay(asked.from > today ? asked.from : today);
  return Array.from({ length: civilDay(asked.until) - first + 1 }, (_, index) => first + index);
}

const awayOn = ({ asked, others }: Given, day: CivilDay): readonly AbsentDays[] => {
  const text = civilText(day);
  return [asked, ...others].filter(({ from, until }) => from <= text && text <= until);
};

/** Whether the deputies that were named come round to whoever is to be away. */
function leadsBack(given: Given, day: CivilDay): boolean {
  const away = awayOn(given, day);
  const seen = new Set<string>();
  let at = given.asked.deputy;
  while (at !== null && !seen.has(at)) {
    if (at === given.asked.staff) return true;
    seen.add(at);
    const absent = away.find(({ staff }) => staff === at);
    if (!absent) return false;
    at = absent.deputy ?? given.colleagues.find(({ id }) => id === at)?.deputy ?? null;
  }
  return false;
}

const coverOn = (given: Given, day: CivilDay): Cover => coverOf(given.colleagues, awayOn(given, day));

/** @returns what whoever records an absence should know; it is recorded all the same */
export function warnOfAbsence(given: Given): AbsenceProblem[] {
  const { asked, colleagues, others } = given;
  const byId = new Map(colleagues.map((one) => [one.id, one]));
  const nameOf = (id: string): string => byId.get(id)?.name ?? id;
  const person = byId.get(asked.staff);
  const deputy = byId.get(asked.deputy ?? person?.deputy ?? '');
  const problems: AbsenceProblem[] = [];
  const warn = (code: AbsenceProblem['code'], zh: string, en: string): void =>
    void problems.push({ code, field: 'deputy', message: say(zh, en) });

  const days = daysOf(given);
  const deputyAway = days.filter((day) => awayOn(given, day).some(({ staff }) => staff === deputy?.id));
  const [first, last] = [deputyAway[0], deputyAway.at(-1)];
  if (deputy && first !== undefined && last !== undefined) {
    const next = coverOn(given, first).standInsOf(asked.staff)?.staff.map(nameOf) ?? [];
    warn(
      'DeputyIsAbsent',
      `代理人“${deputy.name}”在 ${civilText(first)} 至 ${civilText(last)} 中有 ${deputyAway.length} 天也缺勤；那几天${next.length > 0 ? `由${next.join('、')}代理` : '无人代理'}。`,
      `The deputy "${deputy.name}" is away too on ${deputyAway.length} days from ${civilText(first)} to ${civilText(last)}; then ${next.length > 0 ? next.join(', ') : 'nobody'} stands in.`,
    );
  }
  if (person && deputy && person.role !== 'administrator' && !mayDoTheWorkOf(deputy, person.role))
    warn(
      'DeputyMayNotRecord',
      `代理人“${deputy.name}”不是${roleDescriptions[person.role].title.zh}：会收到通知，但不能记录其步骤。`,
      `The deputy "${deputy.name}" is no ${roleDescriptions[person.role].title.en.toLowerCase()}: is told, and may not record on those steps.`,
    );
  if (person && deputy && !seesTheWorkOf(deputy, person))
    warn(
      'DeputyDoesNotSee',
      `代理人“${deputy.name}”在另一机构：会收到通知，但在一路中看不到这些旅程。`,
      `The deputy "${deputy.name}" works in another organisation: is told, and does not see those journeys in Yilu.`,
    );
  const up = days.find((day) => !isCovered(coverOn(given, day), asked.staff));
  if (up !== undefined) {
    const instead = coverOn(given, up).standInsOf(asked.staff)?.staff.map(nameOf) ?? [];
    warn(
      'NobodyStandsIn',
      `从 ${civilText(up)} 起有时无代理人也无同岗同事在岗，事务将${instead.length > 0 ? `上报给${instead.join('、')}` : '无人可通知'}；请另行指定代理人。`,
      `On ${civilText(up)}, for one, neither a deputy nor a colleague of the same role is here: ${instead.length > 0 ? `matters go up to ${instead.join(', ')}` : 'nobody can be told'}. Name a deputy.`,
    );
  }
  for (const other of others)
    if ((other.deputy ?? byId.get(other.staff)?.deputy) === asked.staff && sharesDays(other, asked))
      warn(
        'IsDeputyHimself',
        `此人在 ${other.from} 至 ${other.until} 是“${nameOf(other.staff)}”的代理人；同时缺勤的日子由下一位代理。`,
        `This person stands in for "${nameOf(other.staff)}" from ${other.from} until ${other.until}; on days when both are away, the next one does.`,
      );
  return problems;
}

const mayDoTheWorkOf = (deputy: Colleague, role: Parameters<typeof rolesForStep>[0]): boolean =>
  rolesForStep(role).some((may) => may === deputy.role);

function isCovered(cover: Cover, staff: string): boolean {
  const found = cover.standInsOf(staff);
  return found?.by === 'deputy' || found?.by === 'colleagues';
}
