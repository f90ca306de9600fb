import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import { runCommand } from '../../api/commands/run-command.ts';
import { Problem } from '../../api/problem/problem.ts';
import { civilDay } from '../../domain/calendar/civil-day.ts';
import { zoneClock } from '../../domain/calendar/zone-clock.ts';
import { asJourneyId, stepIdOf, type StepRef } from '../../domain/model/ids.ts';
import { PlainError } from '../../local/plain-error.ts';
import type { Caller } from '../../store/caller.ts';
import type { StoreDeps } from '../../store/deps.ts';
import { journeyById } from '../../store/journey-by-id.ts';
import { callerOf } from '../../store/staff.ts';
import { findStaff } from '../find-staff.ts';
import { localTextIn } from '../local-text.ts';
import { say, withStore } from '../run.ts';

interface Options {
  readonly until: string;
  readonly as: string;
  readonly reason?: string;
}

/** `yilu acknowledge <journey> <step> --until <day> --as <staff>`: "I have it, until …"; again, it is a snooze. */
export const acknowledgeCommand = (): Command =>
  new Command('acknowledge')
    .description(
      '确认知晓：“由我处理，至……”，到时为止不再提醒 / "I have it, until …": no reminders until then',
    )
    .argument('<journey>', '旅程编号 / id of the journey')
    .argument('<step>', '步骤，例如 risk-questionnaire 或 risk-questionnaire#1 / the step')
    .requiredOption(
      '--until <when>',
      '到何时：日期（含当天）或 2026-02-02T15:00 / a day, to its end, or a local time',
    )
    .requiredOption('--as <staff>', '谁来处理：工号或姓名 / who has it: code or name')
    .option('--reason <text>', '原因；再次推迟或超过 14 天时必填 / why; needed again, or beyond 14 days')
    .action((journey: string, step: string, options: Options) =>
      withStore((store) => run(store, journey.trim().toLowerCase(), step.trim(), options)),
    );

async function run(store: StoreDeps, journey: string, step: string, options: Options): Promise<void> {
  const person = await findStaff(store, options.as);
  const caller = await callerOf(store, person.id);
  if (!caller)
    throw new PlainError(`${person.name} 已不在岗。`, `${person.name} is not on the staff any more.`);
  const { zone } = await store.calendar();
  const until = instantOf(zone, options.until.trim());
  const ref = await stepOf(store, caller, journey, step);
  const reason = options.reason?.trim();
  await runCommand({
    ...{ store, caller, journey: asJourneyId(journey), idempotencyKey: `acknowledge/${randomUUID()}` },
    command: { kind: 'acknowledge', step: ref, until, ...(reason ? { reason } : {}) },
  }).catch((error: unknown) => {
    if (error instanceof Problem) throw new PlainError(error.init.detail.zh, error.init.detail.en);
    throw error;
  });
  const time = localTextIn(zone)(until);
  say(`${person.name} 处理 ${ref}，至 ${time} 不再提醒`, `has it until ${time}; no reminders until then`);
}

/** A day counts to its end: whoever says "until Friday" works on Friday. */
function instantOf(zone: string, text: string): number {
  const parts = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}):(\d{2}))?$/u.exec(text);
  const wrong = new PlainError(
    `“${text}”不是日期或时间；请写成 2026-02-02 或 2026-02-02T15:00。`,
    `"${text}" is no day or time; write 2026-02-02 or 2026-02-02T15:00.`,
  );
  if (!parts) throw wrong;
  const [hour, minute] = [Number(parts[2] ?? 0), Number(parts[3] ?? 0)];
  if (hour > 23 || minute > 59) throw wrong;
  try {
    const day = civilDay(parts[1] ?? '');
    const clock = zoneClock(zone);
    return parts[2] === undefined
      ? clock.instantOf(day + 1, 0)
      : clock.instantOf(day, (hour * 60 + minute) * 60_000);
  } catch {
    throw wrong;
  }
}

/** @returns the open step that was meant, by its id alone or as an occurrence */
async function stepOf(store: StoreDeps, caller: Caller, journey: string, asked: string): Promise<StepRef> {
  const isId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u.test(journey);
  const view = isId ? await journeyById(store, caller, asJourneyId(journey)) : null;
  if (!view)
    throw new PlainError(
      `找不到旅程“${journey}”，或不在该人员的权限范围内；编号见 yilu journey 或每日摘要。`,
      `There is no journey "${journey}" within that person's reach; yilu journey and the digests show ids.`,
    );
  const refs = view.openSteps.map(({ step }) => step);
  const found = refs.find((ref) => ref === asked) ?? refs.find((ref) => stepIdOf(ref) === asked);
  if (found) return found;
  throw new PlainError(
    `步骤“${asked}”没有打开；待办的是：${refs.join('、') || '无'}。`,
    `The step "${asked}" is not open; open are: ${refs.join(', ') || 'none'}.`,
  );
}
