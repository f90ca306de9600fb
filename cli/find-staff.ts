import { nearMatch } from '../domain/checker/near-match.ts';
import { PlainError } from '../local/plain-error.ts';
import type { StoreDeps } from '../store/deps.ts';
import { allStaff, type StaffMember } from '../store/staff.ts';

/**
 * @param who code, id or name
 * @returns the member of staff, active or not
 * @throws PlainError when there is none, or more than one of that name
 */
export async function findStaff(store: Pick<StoreDeps, 'pool'>, who: string): Promise<StaffMember> {
  const asked = who.trim();
  const all = await allStaff(store);
  const exact = all.find(
    ({ id, code }) => id === asked.toLowerCase() || code.toLowerCase() === asked.toLowerCase(),
  );
  if (exact) return exact;
  const [only, ...others] = all.filter(({ name }) => name === asked);
  if (only && others.length === 0) return only;
  if (only) {
    const codes = [only, ...others].map(({ code }) => code);
    throw new PlainError(
      `有 ${codes.length} 位工作人员叫“${asked}”，请改填工号：${codes.join('、')}。`,
      `${codes.length} members of staff are called "${asked}"; give the code: ${codes.join(', ')}.`,
    );
  }
  const near = nearMatch(
    asked,
    all.flatMap(({ code, name }) => [code, name]),
  );
  throw near === undefined
    ? new PlainError(
        `人员名单中没有“${asked}”；请填工号、编号或姓名。`,
        `There is no "${asked}" on the staff list; give a code, an id or a name.`,
      )
    : new PlainError(
        `人员名单中没有“${asked}”，是否指“${near}”？`,
        `There is no "${asked}" on the staff list; did you mean "${near}"?`,
      );
}
