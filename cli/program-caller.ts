import type { Caller } from '../store/caller.ts';

/**
 * Somebody at the machine itself, who holds the database's password: sees a whole district.
 * @param who `cli` for a person at the command line; `import` and `adopt` stay the same whoever runs them, so that
 *   a second run knows the first one's work
 * @param district id
 */
export const programCaller = (who: 'cli' | 'import' | 'adopt', district: string): Caller => ({
  kind: 'staff',
  staff: who,
  role: 'administrator',
  organisation: district,
  level: 'district',
});
