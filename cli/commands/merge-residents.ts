import { Command } from 'commander';
import { checkIdentityNumber } from '../../domain/resident/identity-number.ts';
import { PlainError } from '../../local/plain-error.ts';
import type { StoreDeps } from '../../store/deps.ts';
import { findResident, type FoundResident } from '../../store/find-resident.ts';
import { journeysOf } from '../../store/journey-by-id.ts';
import { allOrganisations } from '../../store/organisations.ts';
import { mergeResidents } from '../../store/person-events.ts';
import { residentById, type Resident } from '../../store/residents.ts';
import { agreed } from '../agreed.ts';
import { findPerson } from '../find-person.ts';
import { programCaller } from '../program-caller.ts';
import { say, withStore } from '../run.ts';
import { alignedTable } from '../table.ts';
import { tellJourneys } from '../tell-journeys.ts';

interface Options {
  readonly yes?: true;
  readonly reason?: string;
}

const who = '编号或身份证号 / id or identity number';

/** `yilu residents merge`: shows both records before it does what no command undoes. */
export const mergeCommand = (): Command =>
  new Command('merge')
    .description(
      '两份档案是同一人：核对后合并，不能撤销 / two records are one person: compare, then merge for good',
    )
    .argument('<keep>', `保留的档案，${who} / the record that stays`)
    .argument('<duplicate>', `重复的档案，${who} / the record that was made twice`)
    .option('--yes', '不询问，直接合并 / merge without asking')
    .option(
      '--reason <text>',
      '原因；两个身份证号都有效而不同时必填 / why; needed when both identity numbers are valid and differ',
    )
    .addHelpText(
      'after',
      '\n合并没有撤销命令，且此后两个身份证号都指向保留的档案。合并错了：把转来的旅程以“误录”结束\n' +
        '（API 的 end 命令，ending 为 entered-in-error），请数据库管理员恢复被并掉的档案：\n' +
        "  update resident set status = 'active', merged_into_id = null where id = '<重复档案的编号>';\n" +
        '再用 yilu adopt 补入其经过，或用 yilu enrol 重新入组。' +
        '\nNo command undoes a merge, and from then on both identity numbers lead to the record that stays. After a wrong one:\n' +
        'end the journeys that came over as entered-in-error (command `end` of the API), have the database administrator\n' +
        'bring the other record back with the statement above, and enter its history with yilu adopt, or enrol anew.',
    )
    .action((keep: string, duplicate: string, options: Options) =>
      withStore((store) => merge(store, keep, duplicate, options)),
    );

async function merge(store: StoreDeps, keep: string, duplicate: string, options: Options): Promise<void> {
  const survivor = await findPerson(store, keep);
  const gone = await findResident(store, duplicate.trim());
  if (!gone)
    throw new PlainError(
      `没有编号或身份证号为“${duplicate}”的居民。`,
      `There is no resident with the id or identity number "${duplicate}".`,
    );
  if (gone.mergedInto === survivor.id) {
    say(`${gone.name} 早已并入 ${survivor.name}`, `was merged into ${survivor.id} before; nothing to do`);
    return;
  }
  const [kept, twice] = [await recordOf(store, survivor), await recordOf(store, gone)];
  await showBoth(store, kept, twice);
  if (twice.resident.status === 'died' && kept.resident.status === 'active')
    say(
      '重复的档案已登记死亡：合并后保留的档案也登记死亡，其旅程结束',
      'the duplicate says that the person has died: so will the record that stays, and its journeys end',
    );
  const reason = options.reason?.trim() ?? '';
  if (reason === '' && twoPeople(kept, twice))
    throw new PlainError(
      '两个身份证号都有效而不同，很可能是两个人。确为同一人时，请用 --reason 写明原因；没有合并。',
      'Both identity numbers are valid and differ: these may well be two people. If they are one, say why with --reason. Nothing was merged.',
    );
  if (!options.yes) {
    if (!process.stdin.isTTY)
      throw new PlainError(
        '这里无法询问是否合并：核对以上两份档案后，加 --yes 再执行；没有合并。',
        'There is nobody to ask here: compare the two records, then run this again with --yes. Nothing was merged.',
      );
    if (!(await agreed('合并？此事没有撤销命令。 / Merge these? No command undoes it.'))) return;
  }
  const answers = await mergeResidents(store, programCaller('cli', survivor.district), {
    survivor: survivor.id,
    duplicate: gone.id,
    idempotencyKey: `merge/${gone.id}/${survivor.id}`,
    ...(reason !== '' && { reason }),
  });
  say(`${gone.name} 已并入 ${survivor.name}`, `merged into ${survivor.id}`);
  tellJourneys(survivor.name, answers);
}

interface RecordShown {
  readonly resident: Resident;
  readonly journeys: string;
}

async function recordOf(store: StoreDeps, { id, district }: FoundResident): Promise<RecordShown> {
  const caller = programCaller('cli', district);
  const resident = await residentById(store, caller, id);
  if (!resident) throw new PlainError(`没有编号为“${id}”的居民。`, `There is no resident "${id}".`);
  const journeys = await journeysOf(store, caller, id);
  const shown = journeys.map(({ pathway, stage, ending }) => `${pathway}: ${ending ?? stage}`);
  return { resident, journeys: shown.join('; ') };
}

function twoPeople({ resident: a }: RecordShown, { resident: b }: RecordShown): boolean {
  const valid = [a, b].every(({ identityNumber }) => checkIdentityNumber(identityNumber).valid);
  return valid && a.identityNumber !== b.identityNumber;
}

async function showBoth(store: StoreDeps, kept: RecordShown, twice: RecordShown): Promise<void> {
  const places = new Map((await allOrganisations(store)).map((one) => [one.id, one.names[0] ?? one.code]));
  const sexes = { male: '男 male', female: '女 female' } as const;
  const row = (title: string, cell: (record: RecordShown) => string | null): string[] => {
    const [a, b] = [cell(kept) ?? '–', cell(twice) ?? '–'];
    return [title, a || '–', b || '–', a === b ? '' : '≠'];
  };
  console.log(
    alignedTable([
      ['', '保留 stays', '重复 duplicate', ''],
      row('编号 id', ({ resident }) => resident.id),
      row('姓名 name', ({ resident }) => resident.name),
      row('身份证号 identity number', ({ resident }) => resident.identityNumber),
      row('出生日期 birth date', ({ resident }) => resident.birthDate),
      row('性别 sex', ({ resident }) => sexes[resident.sex]),
      row('手机 phone', ({ resident }) => resident.phone),
      row('邮箱 email', ({ resident }) => resident.email),
      row('社区中心 centre', ({ resident }) => places.get(resident.centre) ?? resident.centre),
      row('状态 status', ({ resident }) => resident.status),
      row('旅程 journeys', ({ journeys }) => journeys),
    ]),
  );
}
