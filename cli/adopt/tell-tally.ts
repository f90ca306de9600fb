import { roleDescriptions, staffRoles } from '../../domain/model/role.ts';
import type { StoreDeps } from '../../store/deps.ts';
import { allOrganisations } from '../../store/organisations.ts';
import { say } from '../run.ts';
import { alignedTable } from '../table.ts';
import type { RejectedJourney } from './adopt.ts';
import type { Tally } from './tally.ts';

const shownAtMost = 20;

const titleOf = (recipient: string): string => {
  const role = staffRoles.find((known) => known === recipient);
  return role ? `${roleDescriptions[role].title.zh} ${role}` : '居民 resident';
};

/** Prints what an adoption did or would do: how many journeys, how many are overdue and where, who is told what. */
export async function tellTally(store: StoreDeps, tally: Tally): Promise<void> {
  const places = new Map((await allOrganisations(store)).map((one) => [one.id, one.names[0] ?? one.code]));
  console.log(
    alignedTable([
      ['新增旅程', 'adopted', String(tally.adopted)],
      ['补充事件', 'extended', String(tally.extended)],
      ['未变', 'unchanged', String(tally.unchanged)],
      ['退回', 'rejected', String(tally.rejected)],
      ['其中已结束', 'of these ended', String(tally.ended)],
      ['今天逾期', 'overdue today', String(tally.overdue)],
      ['将发出的通知', 'notices that go out', String(tally.told)],
    ]),
  );
  if (tally.overdueBy.length > 0) {
    say('\n今天逾期，按阶段和社区中心', 'overdue today, by stage and centre');
    console.log(alignedTable(await overdueRows(store, tally, places)));
  }
  if (tally.toldBy.length > 0) {
    say('\n谁会收到什么', 'who is told what');
    const rows: string[][] = [];
    for (const { pathway, version, recipient, step, count } of byCount(tally.toldBy)) {
      const title = (await store.definitions.get(pathway, version)).steps[step]?.source.title;
      rows.push([titleOf(recipient), title ? `${title.zh} / ${title.en}` : step, String(count)]);
    }
    console.log(alignedTable(rows));
  }
}

const byCount = <T extends { readonly count: number }>(list: readonly T[]): T[] =>
  list.toSorted((a, b) => b.count - a.count);

async function overdueRows(
  store: StoreDeps,
  tally: Tally,
  places: ReadonlyMap<string, string>,
): Promise<string[][]> {
  const rows: string[][] = [];
  for (const { pathway, version, stage, centre, count } of byCount(tally.overdueBy)) {
    const title = (await store.definitions.get(pathway, version)).source.stages[stage]?.title;
    rows.push([title ? `${title.zh} / ${title.en}` : stage, places.get(centre) ?? centre, String(count)]);
  }
  return rows;
}

/** Prints the first of what was not taken, on standard error. */
export function tellRejected(
  rejected: readonly { readonly number: number; readonly reason: RejectedJourney['reason'] }[],
): void {
  for (const { number, reason } of rejected.slice(0, shownAtMost))
    console.error(
      `第 ${number} 行 / line ${number}: ${reason.zh}${reason.zh === reason.en ? '' : ` / ${reason.en}`}`,
    );
  if (rejected.length > shownAtMost)
    console.error(`… 另有 ${rejected.length - shownAtMost} 个 / and ${rejected.length - shownAtMost} more`);
}
