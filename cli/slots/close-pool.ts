import { PlainError } from '../../local/plain-error.ts';
import { passes } from '../../domain/checker/problem.ts';
import { checkPool } from '../../domain/scheduling/check-pool.ts';
import { poolSchema, type Pool } from '../../domain/scheduling/pool.ts';
import type { StoreDeps } from '../../store/deps.ts';
import { editPool } from '../../store/slots/set-pool.ts';
import { personHere } from '../person-here.ts';
import { dayOf } from './days.ts';
import { findPool } from './find-pool.ts';
import { tellSet } from './pool-file.ts';

export interface CloseOptions {
  readonly from?: string;
  readonly until?: string;
  readonly capacity?: string;
  readonly reason: string;
  readonly dryRun?: true;
  readonly by?: string;
}

/** Closes a pool on a day, or in some of its hours, without its file: the closure is added to what is on record. */
export async function closePool(
  store: StoreDeps,
  code: string,
  day: string,
  { from, until, capacity, reason, dryRun, by }: CloseOptions,
): Promise<void> {
  dayOf(day);
  const { id } = await findPool(store, code);
  const closure = {
    ...{ day, reason: reason.trim() },
    ...(from !== undefined && { from }),
    ...(until !== undefined && { until }),
    ...(capacity !== undefined && { capacity: Number(capacity) }),
  };
  const trial = dryRun ?? false;
  const done = await editPool(
    store,
    id,
    (rules) => checked({ ...rules, closures: [...rules.closures, closure] }),
    { by: personHere(by), trial },
  );
  tellSet([done], trial);
}

/** @throws PlainError for hours or a capacity that cannot be */
function checked(given: object): Pool {
  const parsed = poolSchema.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const [zh = '', en = zh] = (issue?.message ?? '').split('/ ');
    const name = String(issue?.path.at(-1) ?? '');
    throw new PlainError(`“${name}”写得不对：${zh}`, `"${name}" is not written rightly: ${en}`);
  }
  const problems = checkPool(parsed.data);
  const [first] = problems;
  if (first && !passes(problems))
    throw new PlainError(`${first.message.zh}${first.remedy.zh}`, `${first.message.en} ${first.remedy.en}`);
  return parsed.data;
}
