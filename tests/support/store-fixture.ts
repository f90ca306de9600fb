import type { JourneyId } from '../../domain/model/ids.ts';
import { makeIdentityNumber } from '../../domain/resident/identity-number.ts';
import type { Caller } from '../../store/caller.ts';
import type { Clock } from '../../store/clock.ts';
import { publishDefinition } from '../../store/definitions.ts';
import type { StoreDeps } from '../../store/deps.ts';
import { enrol, type EnrolInput } from '../../store/enrol.ts';
import { openStore } from '../../store/open-store.ts';
import { upsertOrganisations } from '../../store/organisations.ts';
import { callerOf, upsertStaff } from '../../store/staff.ts';
import { upsertResidents } from '../../store/upsert-residents.ts';
import { createTestDatabase } from './database.ts';
import { smallSource } from './small-pathway.ts';

/** A clock that a test turns by hand. */
export interface HandClock extends Clock {
  at: number;
}

export interface StoreFixture {
  readonly url: string;
  readonly store: StoreDeps;
  readonly clock: HandClock;
  readonly organisations: ReadonlyMap<string, string>;
  readonly staff: ReadonlyMap<string, string>;
  /** Callers by staff code. */
  readonly callers: Readonly<Record<'district' | 'hospital' | 'centre0' | 'centre1' | 'centre2', Caller>>;
  /** @returns the id of a new resident of a centre */
  resident(centre?: string): Promise<string>;
  /** @returns a new journey of a new resident */
  journey(input?: Partial<EnrolInput> & { centre?: string }): Promise<JourneyId>;
  close(): Promise<void>;
}

/** @returns the nth synthetic identity number of a man: area code 99xxxx is nobody's */
export const identityNumber = (n: number): string =>
  makeIdentityNumber(
    `99${String(1 + Math.floor(n / 499)).padStart(4, '0')}`,
    '1960-02-29',
    1 + 2 * (n % 499),
  );

export const fixtureStart = Date.UTC(2026, 0, 5, 2);

/** A fresh database with a small district: one hospital, three centres, a person for each role that tests need. */
export async function storeFixture(): Promise<StoreFixture> {
  const database = await createTestDatabase();
  const clock: HandClock = { at: fixtureStart, now: () => Promise.resolve(clock.at) };
  const store = openStore(database.url, { release: 'test-1', clock, max: 8 });
  const organisations = await upsertOrganisations(store, [
    { code: 'C0', level: 'centre', parent: 'D', names: ['一号中心', 'Centre 0'] },
    { code: 'C1', level: 'centre', parent: 'D', names: ['二号中心', 'Centre 1'] },
    { code: 'C2', level: 'centre', parent: 'D', names: ['三号中心', 'Centre 2'] },
    { code: 'H', level: 'hospital', parent: 'D', names: ['区医院', 'Hospital'] },
    { code: 'D', level: 'district', parent: null, names: ['示范区', 'District'] },
  ]);
  const staff = await upsertStaff(store, [
    { code: 'district', name: '区协调', role: 'district-coordinator', organisation: 'D' },
    { code: 'hospital', name: '院协调', role: 'hospital-coordinator', organisation: 'H' },
    {
      code: 'centre0',
      name: '家医零',
      role: 'family-doctor',
      organisation: 'C0',
      email: 'doctor0@example.org',
    },
    { code: 'centre1', name: '家医一', role: 'family-doctor', organisation: 'C1' },
    { code: 'centre2', name: '家医二', role: 'family-doctor', organisation: 'C2', deputy: 'centre1' },
  ]);
  const caller = async (code: string): Promise<Caller> => {
    const found = await callerOf(store, code);
    if (!found) throw new Error(`no caller ${code}`);
    return found;
  };
  const callers = {
    district: await caller('district'),
    hospital: await caller('hospital'),
    centre0: await caller('centre0'),
    centre1: await caller('centre1'),
    centre2: await caller('centre2'),
  };
  await publishDefinition(store, smallSource, 'test');
  let count = 0;
  const resident = async (centre = 'C0'): Promise<string> => {
    count += 1;
    const [made] = await upsertResidents(store, [
      {
        name: `居民${String(count).padStart(4, '0')}`,
        identityNumber: identityNumber(count),
        birthDate: '1960-02-29',
        sex: 'male',
        phone: `1990000${String(count).padStart(4, '0')}`,
        email: `resident${count}@example.org`,
        contractDoctor: staff.get(`centre${centre.slice(1)}`) ?? null,
        centre: organisations.get(centre) ?? '',
      },
    ]);
    if (!made) throw new Error('no resident');
    return made.id;
  };
  return {
    url: database.url,
    store,
    clock,
    organisations,
    staff,
    callers,
    resident,
    journey: async ({ centre, ...input } = {}) => {
      const id = input.resident ?? (await resident(centre));
      const answer = await enrol(store, callers.district, {
        pathway: 'small',
        idempotencyKey: `enrol-${id}`,
        ...input,
        resident: id,
      });
      if (!answer.journey) throw new Error(`not enrolled: ${JSON.stringify(answer.refusal)}`);
      return answer.journey;
    },
    close: async () => {
      await store.pool.end();
      await database.drop();
    },
  };
}
