import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import { enrol } from '../../store/enrol.ts';
import { findPerson } from '../find-person.ts';
import { localTextIn } from '../local-text.ts';
import { programCaller } from '../program-caller.ts';
import { exitCodes, say, withStore } from '../run.ts';

/** `yilu enrol <resident> --pathway lung`. */
export const enrolCommand = (): Command =>
  new Command('enrol')
    .description('居民入组 / begin a journey')
    .argument('<resident>', '编号或身份证号 / id or identity number')
    .requiredOption('--pathway <pathway>', '路径，例如 lung / such as lung')
    .action((resident: string, { pathway }: { readonly pathway: string }) =>
      withStore(async (store) => {
        const { id, name, district } = await findPerson(store, resident);
        const answer = await enrol(store, programCaller('cli', district), {
          resident: id,
          pathway,
          idempotencyKey: `enrol/${randomUUID()}`,
        });
        if (answer.status === 'refused' || answer.journey === null) {
          console.error(`${answer.refusal?.message.zh ?? ''}\n${answer.refusal?.message.en ?? ''}`);
          process.exitCode = exitCodes.notDone;
          return;
        }
        const time = localTextIn((await store.calendar()).zone);
        const next = answer.waitMs === null ? '–' : time(Date.now() + answer.waitMs);
        if (answer.status === 'alreadyOpen')
          say(`${name} 已在 ${pathway} 路径中：${answer.journey}`, 'is on this pathway already');
        else
          say(
            `${name} 已入组：${answer.journey}，下一期限 ${next}`,
            `enrolled as ${answer.journey}; next deadline ${next}`,
          );
      }),
    );
