import type pg from 'pg';
import { Conflict } from './errors.ts';
import type { LockedResident } from './lock-resident.ts';
import { rows } from './sql.ts';

type Status = LockedResident['status'];

const words: Readonly<Record<Status, { readonly zh: string; readonly en: string }>> = {
  active: { zh: '在册', en: 'is registered' },
  died: { zh: '已登记死亡', en: 'is recorded as having died' },
  moved: { zh: '已登记迁出', en: 'is recorded as having moved away' },
  merged: { zh: '档案已并入另一份档案', en: 'has a record that was merged into another' },
};

const wayBack = (status: Status): { readonly zh: string; readonly en: string } =>
  status === 'merged'
    ? { zh: '请改用保留的档案', en: 'use the record that was kept' }
    : {
        zh: '如登记有误，请先撤销（居民事件 enteredInError，或 yilu residents restore）',
        en: 'if that was an error, take it back first (event enteredInError of the resident, or yilu residents restore)',
      };

/** @throws Conflict, saying what would help, unless the person is active */
export function mustBeActive({ status }: Pick<LockedResident, 'status'>): void {
  if (status === 'active') return;
  const back = wayBack(status);
  throw new Conflict(`该居民${words[status].zh}；${back.zh}。The resident ${words[status].en}; ${back.en}.`);
}

/** Whoever was active, or has moved away, may die; only who is active moves. @throws Conflict */
export async function setGone(
  client: pg.PoolClient,
  person: LockedResident,
  status: 'died' | 'moved',
): Promise<void> {
  if (person.status === status) return;
  if (!(person.status === 'moved' && status === 'died')) mustBeActive(person);
  await setStatus(client, person.id, status);
}

export async function setStatus(client: pg.PoolClient, resident: string, status: Status): Promise<void> {
  await rows(client, '', 'update resident set status = $2, updated_at = clock_timestamp() where id = $1', [
    resident,
    status,
  ]);
}
