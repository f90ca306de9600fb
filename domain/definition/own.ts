/**
 * Looks a name up that an administrator wrote. A plain `map[name]` would also find what every object has: a ladder
 * called `constructor` would seem to exist.
 *
 * @returns the entry of that name, or undefined
 */
export const own = <T>(map: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  map !== undefined && Object.hasOwn(map, name) ? map[name] : undefined;

/** @returns true for a name that every object has already (`constructor`, `toString`), so that no map may have it as a key */
export const isInherited = (name: string): boolean => name in {};
