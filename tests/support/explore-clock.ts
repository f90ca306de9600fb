import {
  type Bounds,
  type Rules,
  type World,
  allowed,
  beginsWork,
  firstWorld,
  keyOf,
  lateness,
  possible,
} from './clock-model.ts';

export interface Explored {
  readonly worlds: number;
  /** The shortest way to a world in which a deadline would be late; absent when there is none. */
  readonly story?: readonly string[];
}

/** Visits every world that can be reached, nearest first, and stops at the first that breaks the promise. */
export function exploreClock(rules: Rules, bounds: Bounds): Explored {
  interface Visit {
    readonly world: World;
    readonly from: Visit | null;
    readonly what: string;
  }
  const story = (visit: Visit, end: string): string[] => {
    const lines = [end];
    for (let at: Visit | null = visit; at; at = at.from) lines.unshift(at.what);
    return lines;
  };
  const first: Visit = { world: firstWorld(bounds), from: null, what: 'enrolled, poke owed' };
  const seen = new Set([keyOf(first.world)]);
  let wave: Visit[] = [first];
  while (wave.length > 0) {
    const next: Visit[] = [];
    for (const visit of wave) {
      let late: number | string;
      try {
        late = lateness(rules, bounds, visit.world);
      } catch (error) {
        late = (error as Error).message;
      }
      if (typeof late === 'string' || late > allowed(visit.world))
        return { worlds: seen.size, story: story(visit, `→ late by ${late}`) };
      if (!beginsWork(rules, bounds, visit.world))
        return { worlds: seen.size, story: story(visit, '→ outside work is never begun') };
      for (const { what, world } of possible(rules, bounds, visit.world)) {
        const key = keyOf(world);
        if (seen.has(key)) continue;
        seen.add(key);
        next.push({ world, from: visit, what });
      }
    }
    wave = next;
  }
  return { worlds: seen.size };
}
