import { PlainError } from '../../local/plain-error.ts';
import type { StoreDeps } from '../../store/deps.ts';
import { allOrganisations } from '../../store/organisations.ts';
import { poolByCode, type SlotPool } from '../../store/slots/pools.ts';
import { programCaller } from '../program-caller.ts';

/** @returns the pool of that code or id, in whatever district @throws PlainError when there is none */
export async function findPool(store: StoreDeps, which: string): Promise<SlotPool> {
  for (const { id, level } of await allOrganisations(store)) {
    const found = level === 'district' ? await poolByCode(store, programCaller('cli', id), which) : null;
    if (found) return found;
  }
  throw new PlainError(
    `没有代码为“${which}”的号池。用 yilu slots set 建立。`,
    `There is no pool "${which}"; yilu slots set makes one.`,
  );
}
