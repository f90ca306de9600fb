import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openLocalIssuer } from '../../api/auth/local-issuer.ts';
import { makeIdentityNumber } from '../../domain/resident/identity-number.ts';
import { migrate } from '../../prisma/migrate.ts';
import { publishDefinition } from '../../store/definitions.ts';
import type { StoreDeps } from '../../store/deps.ts';
import { openStore } from '../../store/open-store.ts';
import { upsertOrganisations } from '../../store/organisations.ts';
import { upsertStaff } from '../../store/staff.ts';
import { upsertResidents } from '../../store/upsert-residents.ts';
import { readDefinitionFile } from '../../tests/support/shipped.ts';
import { System } from '../../tests/support/system.ts';

/** The whole system as processes, with a district in it: synchronous commits, Temporal's store on disk. */
export interface District {
  readonly system: System;
  readonly store: StoreDeps;
  /** @returns a bearer token of the district's coordinator, who may do everything that the paths need */
  readonly token: () => Promise<string>;
  /** @returns ids of new residents */
  readonly residents: (count: number) => Promise<string[]>;
  /** @returns a file for `yilu import` of residents who are not registered yet */
  readonly residentsFile: (count: number) => Promise<string>;
  readonly stop: () => Promise<void>;
}

const perArea = 999;

/** @returns the nth synthetic identity number; area codes 99xxxx are nobody's */
export const identityNumber = (n: number): string =>
  makeIdentityNumber(`99${String(1 + Math.floor(n / perArea)).padStart(4, '0')}`, '1960-02-29', n % perArea);

/** @param parts what runs besides PostgreSQL and Temporal */
export async function startDistrict(parts: readonly ('worker' | 'api')[]): Promise<District> {
  const system = await System.start();
  // PostgreSQL and Temporal are not in the terminal's group: whoever presses Ctrl-C must not leave them behind.
  const interrupted = (): void => void system.stop().finally(() => process.exit(130));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupted);
  const stop = async (): Promise<void> => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, interrupted);
    await system.stop();
  };
  try {
    await migrate(system.databaseUrl);
    const store = openStore(system.databaseUrl, { release: 'bench', max: 10 });
    const organisations = await upsertOrganisations(store, [
      { code: 'D', level: 'district', parent: null, names: ['示范区'] },
      { code: 'H', level: 'hospital', parent: 'D', names: ['区医院'] },
      { code: 'C', level: 'centre', parent: 'D', names: ['一号中心'] },
    ]);
    const people = await upsertStaff(store, [
      { code: 'coordinator', name: '区协调', role: 'district-coordinator', organisation: 'D' },
    ]);
    await publishDefinition(store, readDefinitionFile('lung.yaml'), 'bench');
    const issuer = await openLocalIssuer(system.home);
    for (const part of parts) await system.up(part);
    let made = 0;
    return {
      system,
      store,
      token: () => issuer.sign(people.get('coordinator') ?? ''),
      residents: async (count) => {
        const ids: string[] = [];
        while (ids.length < count) {
          const batch = Array.from({ length: Math.min(2_000, count - ids.length) }, () => {
            made += 1;
            return {
              name: `居民${made}`,
              identityNumber: identityNumber(made),
              birthDate: '1960-02-29',
              sex: (made % perArea) % 2 === 1 ? ('male' as const) : ('female' as const),
              phone: null,
              email: null,
              contractDoctor: null,
              centre: organisations.get('C') ?? '',
            };
          });
          ids.push(...(await upsertResidents(store, batch)).map(({ id }) => id));
        }
        return ids;
      },
      residentsFile: async (count) => {
        const lines = ['姓名,身份证号,出生日期,性别,社区中心'];
        for (let i = 0; i < count; i++) {
          made += 1;
          const sex = (made % perArea) % 2 === 1 ? '男' : '女';
          lines.push(`居民${made},${identityNumber(made)},1960-02-29,${sex},C`);
        }
        const path = join(system.folder, `residents-${made}.csv`);
        await writeFile(path, `${lines.join('\n')}\n`);
        return path;
      },
      stop: async () => {
        await store.pool.end();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
