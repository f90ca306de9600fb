import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkingCalendar } from '../../domain/calendar/working-calendar.ts';
import type { JourneyId } from '../../domain/model/ids.ts';
import type { StoreDeps } from '../../store/deps.ts';
import type { Organisation } from '../../store/organisations.ts';
import { unanswered } from '../../store/owed-pokes.ts';
import { openJourneyCount, recomputeDeadlines, type Recomputed } from '../../store/recompute-deadlines.ts';
import { progressOf } from '../import/progress.ts';
import { exitCodes, say } from '../run.ts';

/** Says what a calendar would move in a district; changes nothing. */
export async function preview(
  store: StoreDeps,
  district: Organisation,
  calendar: WorkingCalendar,
): Promise<Recomputed> {
  const done = await compute(store, district, { calendar, dryRun: true });
  say(
    `${nameOf(district)}：${done.journeys} 个进行中的旅程，${done.changed} 个会变`,
    `${nameOf(district)}: ${done.journeys} open journeys, ${done.changed} would change`,
  );
  tellMoves(done);
  return done;
}

/** Computes a district's deadlines with the calendar in force, and says what moved. */
export async function apply(
  store: StoreDeps,
  district: Organisation,
  calendar: WorkingCalendar,
): Promise<void> {
  const done = await compute(store, district, { calendar, settled: pacedBy(store) });
  say(
    `${nameOf(district)}：已按 ${calendar.version} 重算 ${done.changed} 个旅程（共 ${done.journeys} 个进行中）`,
    `${nameOf(district)}: ${done.changed} of ${done.journeys} open journeys were computed anew with ${calendar.version}`,
  );
  tellMoves(done);
  if (done.overtaken)
    say(
      '  期间有更新的日历生效，其余由那次导入重算',
      '  a newer calendar came into force meanwhile; the rest is computed with that one',
    );
  if (done.failed.length > 0) {
    process.exitCode = exitCodes.notDone;
    say(
      `  ${done.failed.length} 个旅程无法重算，期限保持原样，例如 ${done.failed[0]}`,
      `  ${done.failed.length} journeys could not be computed and stand as they were, such as ${done.failed[0]}`,
    );
  }
}

const nameOf = ({ code, names }: Organisation): string => `${names[0] ?? code}（${code}）`;

async function compute(
  store: StoreDeps,
  { id }: Organisation,
  options: Pick<Parameters<typeof recomputeDeadlines>[1], 'calendar' | 'dryRun' | 'settled'>,
): Promise<Recomputed> {
  const progress = progressOf('期限 / deadlines', await openJourneyCount(store, id));
  try {
    return await recomputeDeadlines(store, {
      ...options,
      district: id,
      onProgress: ({ journeys, changed }) => progress.at(journeys, `${changed}`),
    });
  } finally {
    progress.stop();
  }
}

function tellMoves({ moves }: Recomputed): void {
  const { earlier, later, definite, unsure, reminders, dueNow } = moves;
  const lines: [number, string, string][] = [
    [later, '个期限推后', 'deadlines move later'],
    [earlier, '个期限提前', 'deadlines move earlier'],
    [definite, '个期限由暂定变为确定', 'deadlines are provisional no longer'],
    [unsure, '个期限变为暂定', 'deadlines become provisional'],
    [reminders, '个期限不变，其后的提醒移动', 'deadlines stay, and the reminders after them move'],
    [dueNow, '个步骤立即有事要做', 'steps have something to be done at once'],
  ];
  for (const [count, zh, en] of lines) if (count > 0) say(`  ${count} ${zh}`, `${count} ${en}`);
}

const lookEveryMs = 50;
/** Where no worker answers at all, nobody is waited for any more: it will see to all of them when it runs. */
const patienceMs = 5_000;
/** So few stand in nobody's way. */
const fewPokes = 50;

/** @returns a wait for the clocks of a batch, so that thousands of them do not stand before a command of staff */
function pacedBy(store: StoreDeps): (journeys: readonly JourneyId[]) => Promise<void> {
  let nobodyThere = false;
  return async (journeys) => {
    if (journeys.length < fewPokes) return;
    let left = journeys.length;
    for (let end = performance.now() + patienceMs; !nobodyThere && left > 0;) {
      await sleep(lookEveryMs);
      const now = await unanswered(store, journeys);
      if (now < left) end = performance.now() + patienceMs;
      left = now;
      nobodyThere = performance.now() > end;
    }
  };
}
