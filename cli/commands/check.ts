import { Command } from 'commander';
import { warnings } from '../../store/warnings.ts';
import { checkPromise, type BrokenPromise } from '../../store/check-promise.ts';
import { lengthText } from '../local-text.ts';
import { exitCodes, say, withStore } from '../run.ts';
import { alignedTable } from '../table.ts';

const problems: Readonly<Record<BrokenPromise['problem'], string>> = {
  noDeadline: '没有期限 / no deadline',
  noOwner: '没有负责人 / no owner',
  noOpenStep: '没有待办步骤 / no open step',
  unserved: '期限已过而未处理 / deadline passed unserved',
};

/** `yilu check`: the promise, proven on the data. */
export const checkCommand = (): Command =>
  new Command('check')
    .description(
      '核对承诺：每个进行中的旅程都有期限和负责人，且没有被耽误 / prove that nobody is forgotten: exits 1 when somebody is',
    )
    .option('--json', '以 JSON 输出 / print JSON')
    .action((options: { readonly json?: true }) =>
      withStore(async (store) => {
        const [report, warned] = [await checkPromise(store), await warnings(store)];
        if (report.broken > 0) process.exitCode = exitCodes.notDone;
        if (options.json) {
          console.log(JSON.stringify({ ...report, warnings: warned }));
          return;
        }
        if (report.offenders.length > 0)
          console.log(
            alignedTable(
              report.offenders.map(({ journey, problem, lateMs }) => [
                journey,
                problems[problem],
                lateMs === null ? '' : `${lengthText(lateMs, 'zh')} / ${lengthText(lateMs, 'en')}`,
              ]),
            ),
          );
        if (warned.refusedFacts > 0)
          say(
            `注意：近七天有 ${warned.refusedFacts} 条外部事实未被接受，见 GET /api/v1/inbox?status=refused`,
            `warning: ${warned.refusedFacts} facts from other systems were refused in seven days; see GET /api/v1/inbox?status=refused`,
          );
        if (warned.failedNotices > 0)
          say(
            `注意：近七天有 ${warned.failedNotices} 条通知未能送达任何人，见 yilu overdue 或 GET /api/v1/stuck（noticeFailed），请补全人员的邮箱`,
            `warning: ${warned.failedNotices} notices reached nobody in seven days; see yilu overdue or GET /api/v1/stuck (noticeFailed), and complete the addresses`,
          );
        if (report.broken === 0)
          say(
            `${report.openJourneys} 个进行中的旅程：都有期限和负责人，没有被耽误的`,
            `${report.openJourneys} open journeys: each has a deadline and an owner, and none is late`,
          );
        else
          say(
            `${report.openJourneys} 个进行中的旅程中有 ${report.broken} 个不符合；请检查 worker 和 Temporal 是否在运行，或运行 yilu reconcile`,
            `${report.broken} of ${report.openJourneys} open journeys break the promise; see whether worker and Temporal run, or run yilu reconcile`,
          );
      }),
    );
