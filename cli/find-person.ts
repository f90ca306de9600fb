import { PlainError } from '../local/plain-error.ts';
import type { StoreDeps } from '../store/deps.ts';
import { findResident, type FoundResident } from '../store/find-resident.ts';

/**
 * @param who id or identity number
 * @returns the resident; of a record that was merged, the one that was kept
 * @throws PlainError when there is none
 */
export async function findPerson(store: Pick<StoreDeps, 'pool'>, who: string): Promise<FoundResident> {
  const found = await findResident(store, who.trim());
  if (!found)
    throw new PlainError(
      `没有编号或身份证号为“${who}”的居民。`,
      `There is no resident with the id or identity number "${who}".`,
    );
  if (found.mergedInto === null) return found;
  const kept = await findPerson(store, found.mergedInto);
  console.error(`${who} → ${kept.name}（${kept.id}）：档案已合并 / the record was merged`);
  return kept;
}
