import { Command } from 'commander';
import { PlainError } from '../../local/plain-error.ts';
import { checkPromise, type BrokenPromise } from '../../store/check-promise.ts';
import { outgoingHold } from '../../store/outgoing.ts';
import { listWarnings, warnings } from '../../store/warnings.ts';
import { lengthText } from '../local-text.ts';
import { byOption, personHere } from '../person-here.ts';
import { exitCodes, say, withStore } from '../run.ts';
import { alignedTable } from '../table.ts';
import { acknowledge, tellWarnings } from '../warning-lines.ts';

interface Options {
  readonly json?: true;
  readonly acknowledge?: readonly string[];
  readonly reason?: string;
  readonly by?: string;
}

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
    .option(
      '--acknowledge <id...>',
      '确认提示（编号见输出的末列），须写 --reason / take note of warnings, by id; needs --reason',
    )
    .option('--reason <text>', '原因 / why')
    .option(...byOption)
    .action((options: Options) =>
      withStore(async (store) => {
        if (options.acknowledge) {
          const reason = options.reason?.trim() ?? '';
          if (reason === '') throw new PlainError('请用 --reason 写明原因。', 'Say why with --reason.');
          await acknowledge(store, options.acknowledge, reason, personHere(options.by));
          return;
        }
        const report = await checkPromise(store);
        if (report.broken > 0) process.exitCode = exitCodes.notDone;
        if (options.json) {
          const warned = { ...(await warnings(store)), list: await listWarnings(store, 1_000) };
          console.log(JSON.stringify({ ...report, warnings: warned, outgoing: await outgoingHold(store) }));
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
        await tellWarnings(store);
        if (await outgoingHold(store))
          say('注意：对外发送已暂停，见 yilu outgoing', 'warning: what leaves is held; see yilu outgoing');
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
