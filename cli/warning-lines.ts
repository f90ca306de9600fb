import type { StoreDeps } from '../store/deps.ts';
import { acknowledgeWarnings, listWarnings, warnings, type WarningKind } from '../store/warnings.ts';
import { PlainError } from '../local/plain-error.ts';
import { localTextIn } from './local-text.ts';
import { say } from './run.ts';
import { alignedTable } from './table.ts';

const kinds: Readonly<Record<WarningKind, string>> = {
  refusedFact: '外部事实未被接受 / fact refused',
  failedNotice: '通知未能送达 / notice reached nobody',
};

const shown = 20;

/** Prints the warnings that nobody has acknowledged and nothing has mended, the oldest first, and what to do. */
export async function tellWarnings(store: StoreDeps): Promise<void> {
  const { refusedFacts, failedNotices } = await warnings(store);
  if (refusedFacts + failedNotices === 0) return;
  if (refusedFacts > 0)
    say(
      `注意：有 ${refusedFacts} 条外部事实未被接受，见 GET /api/v1/inbox?status=refused`,
      `warning: ${refusedFacts} facts from other systems were refused; see GET /api/v1/inbox?status=refused`,
    );
  if (failedNotices > 0)
    say(
      `注意：有 ${failedNotices} 条通知未能送达任何人，见 yilu overdue 或 GET /api/v1/stuck（noticeFailed），请补全人员的邮箱`,
      `warning: ${failedNotices} notices reached nobody; see yilu overdue or GET /api/v1/stuck (noticeFailed), and complete the addresses`,
    );
  const time = localTextIn((await store.calendar()).zone);
  const list = await listWarnings(store, shown);
  console.log(
    alignedTable(list.map(({ id, kind, code, at, journey }) => [time(at), kinds[kind], code, journey, id])),
  );
  say(
    '处理后请确认：yilu check --acknowledge <末列的编号> --reason <原因>；在此之前一直提示',
    'when seen to: yilu check --acknowledge <id in the last column> --reason <why>; until then they stay',
  );
}

/** Puts on record that a person has seen to warnings. @throws PlainError when one of the ids is no warning */
export async function acknowledge(
  store: StoreDeps,
  ids: readonly string[],
  reason: string,
  by: string,
): Promise<void> {
  const known = await acknowledgeWarnings(store, ids, { reason, by });
  const time = localTextIn((await store.calendar()).zone);
  for (const one of known)
    say(
      `${one.warning}：${one.by} 于 ${time(one.at)} 确认：${one.reason}`,
      `acknowledged by ${one.by} at ${time(one.at)}`,
    );
  const missing = ids.filter((id) => !known.some(({ warning }) => warning === id));
  if (missing.length === 0) return;
  throw new PlainError(
    `没有这样的提示，或已自行解决：${missing.join('、')}。编号见 yilu check 的末列。`,
    `No such warning, or mended meanwhile: ${missing.join(', ')}. The ids are in the last column of yilu check.`,
  );
}
