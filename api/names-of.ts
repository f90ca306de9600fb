import type { StoreDeps } from '../store/deps.ts';
import { allOrganisations } from '../store/organisations.ts';
import { allStaff } from '../store/staff.ts';
import type { Names } from './journey-view.ts';

/** A district's tree changes a few times a year; a new name may take that long to show. */
const namesAgeMs = 30_000;

/** @returns a reader of the names of organisations and staff that asks PostgreSQL at most twice a minute */
export function namesReader(store: Pick<StoreDeps, 'pool'>): () => Promise<Names> {
  let known: { readonly names: Names; readonly until: number } | undefined;
  return async () => {
    if (known && performance.now() < known.until) return known.names;
    const [organisations, staff] = await Promise.all([allOrganisations(store), allStaff(store)]);
    const organisationNames = new Map(organisations.map(({ id, code, names }) => [id, names[0] ?? code]));
    const staffNames = new Map(staff.map(({ id, name }) => [id, name]));
    const names: Names = {
      organisation: (id) => organisationNames.get(id) ?? null,
      staff: (id) => staffNames.get(id) ?? null,
    };
    known = { names, until: performance.now() + namesAgeMs };
    return names;
  };
}
