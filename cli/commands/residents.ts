import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import { civilDay } from '../../domain/calendar/civil-day.ts';
import { zoneClock } from '../../domain/calendar/zone-clock.ts';
import { PlainError } from '../../local/plain-error.ts';
import type { StoreDeps } from '../../store/deps.ts';
import { allOrganisations } from '../../store/organisations.ts';
import { residentDied, residentMoved, transferResident } from '../../store/person-events.ts';
import { restoreResident } from '../../store/restore-resident.ts';
import { allStaff } from '../../store/staff.ts';
import { findPerson } from '../find-person.ts';
import { must } from '../import/must.ts';
import { DoctorFinder, OrganisationFinder } from '../import/places.ts';
import { dateOf } from '../import/values.ts';
import { programCaller } from '../program-caller.ts';
import { say, withStore } from '../run.ts';
import { tellJourneys } from '../tell-journeys.ts';
import { mergeCommand } from './merge-residents.ts';

const who = '编号或身份证号 / id or identity number';

/** `yilu residents …`: what happens to a person reaches all of the person's journeys at once. */
export function residentsCommand(): Command {
  const command = new Command('residents').description('居民：合并、转移、死亡、迁出 / residents');
  command.addCommand(mergeCommand());
  command
    .command('transfer')
    .description('换社区中心或签约医生 / another centre or contract doctor')
    .argument('<resident>', who)
    .requiredOption('--centre <centre>', '代码或名称 / code or any of its names')
    .option('--doctor <doctor>', '工号或姓名；省略则无签约医生 / code or name; default: none')
    .option('--reason <text>', '原因 / why')
    .action((resident: string, options: TransferOptions) =>
      withStore((store) => transfer(store, resident, options)),
    );
  command
    .command('died')
    .description('居民死亡：结束其全部旅程 / the resident has died: every journey ends')
    .argument('<resident>', who)
    .requiredOption('--on <date>', '日期 / date, such as 2026-01-31')
    .action((resident: string, { on }: { readonly on: string }) =>
      withStore(async (store) => {
        const { id, district, name } = await findPerson(store, resident);
        const answers = await residentDied(store, programCaller('cli', district), {
          resident: id,
          idempotencyKey: `died/${id}/${randomUUID()}`,
          happenedAt: await instantOn(store, on),
        });
        tellJourneys(name, answers);
      }),
    );
  command
    .command('moved')
    .description('居民迁出本区：结束其全部旅程 / the resident has left the district: every journey ends')
    .argument('<resident>', who)
    .requiredOption('--on <date>', '日期 / date, such as 2026-01-31')
    .action((resident: string, { on }: { readonly on: string }) =>
      withStore(async (store) => {
        const { id, district, name } = await findPerson(store, resident);
        const answers = await residentMoved(store, programCaller('cli', district), {
          resident: id,
          idempotencyKey: `moved/${id}/${randomUUID()}`,
          happenedAt: await instantOn(store, on),
        });
        tellJourneys(name, answers);
      }),
    );
  command
    .command('restore')
    .description(
      '撤销误录的死亡或迁出，继续其旅程 / a death or a move was entered in error: its journeys go on',
    )
    .argument('<resident>', who)
    .requiredOption('--reason <text>', '原因 / why')
    .action((resident: string, { reason }: { readonly reason: string }) =>
      withStore(async (store) => {
        const { id, district, name } = await findPerson(store, resident);
        const answers = await restoreResident(store, programCaller('cli', district), {
          resident: id,
          idempotencyKey: `restore/${id}/${randomUUID()}`,
          reason,
        });
        say(`${name} 重新在册`, 'is registered again');
        tellJourneys(name, answers);
      }),
    );
  return command;
}

interface TransferOptions {
  readonly centre: string;
  readonly doctor?: string;
  readonly reason?: string;
}

/** @returns noon of that day in the district, or now when that is earlier @throws PlainError for a day to come */
async function instantOn(store: StoreDeps, text: string): Promise<number> {
  const { zone } = await store.calendar();
  const clock = zoneClock(zone);
  const day = civilDay(must(dateOf(text)));
  const now = Date.now();
  if (day > clock.dayOf(now))
    throw new PlainError(`日期 ${text} 在今天之后。`, `The date ${text} lies in the future.`);
  return Math.min(clock.instantOf(day, 12 * 3_600_000), now);
}

async function transfer(store: StoreDeps, resident: string, options: TransferOptions): Promise<void> {
  const person = await findPerson(store, resident);
  const organisations = new OrganisationFinder(await allOrganisations(store));
  const centre = must(organisations.centre(options.centre));
  const doctor =
    options.doctor === undefined
      ? null
      : must(new DoctorFinder(await allStaff(store), organisations).find(options.doctor, centre));
  if (person.centre === centre.id && person.doctor === (doctor?.id ?? null)) {
    say(`${person.name} 已在该中心，无需转移`, 'already there; nothing to do');
    return;
  }
  const answers = await transferResident(store, programCaller('cli', person.district), {
    resident: person.id,
    centre: centre.id,
    doctor: doctor?.id ?? null,
    idempotencyKey: `transfer/${randomUUID()}`,
    ...(options.reason !== undefined && { reason: options.reason }),
  });
  say(`${person.name} → ${centre.names[0] ?? centre.code}`, `transferred to ${centre.code}`);
  tellJourneys(person.name, answers);
}
