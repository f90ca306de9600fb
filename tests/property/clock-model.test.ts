import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ArmedClaim, type ClockRow, mayMarkArmed, mustPoke } from '../../domain/clock/poke-rule.ts';
import {
  type Bounds,
  type Rules,
  allowed,
  beginsWork,
  firstWorld,
  lateness,
  possible,
} from '../support/clock-model.ts';
import { exploreClock } from '../support/explore-clock.ts';

type May = (row: ClockRow, claim: ArmedClaim) => boolean;

const taking =
  (may: May): Rules['markArmed'] =>
  (row, claim) =>
    may(row, claim) ? { ...row, pokedSeq: claim.pokeSeq, armedUntil: claim.armedUntil } : null;

const rules: Rules = {
  mustPoke,
  markArmed: taking(mayMarkArmed),
  startBeforeClaim: true,
  relay: true,
  watchdog: true,
};
const bounds: Bounds = { horizon: 3, commands: 2, requests: 0, crashes: 1, losses: 0, duplicates: 0 };

describe('the clock is never late, whatever order things happen in', () => {
  it.each<[string, Partial<Bounds>]>([
    ['commands, and a crash whose write executes late', {}],
    ['a poke that arrives twice', { crashes: 0, duplicates: 1 }],
    ['outside work asked for while the clock is being set', { commands: 1, requests: 1 }],
    ['a workflow that Temporal has lost', { commands: 1, crashes: 0, losses: 1, requests: 1 }],
  ])('%s', { timeout: 120_000 }, (_name, changed) => {
    const { worlds, story } = exploreClock(rules, { ...bounds, ...changed });
    expect(story).toBeUndefined();
    expect(worlds).toBeGreaterThan(10_000);
  });

  it('holds on long random walks through larger worlds', { timeout: 120_000 }, () => {
    const large: Bounds = { horizon: 7, commands: 6, requests: 1, crashes: 3, losses: 1, duplicates: 2 };
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 20, maxLength: 80 }), (choices) => {
        let world = firstWorld(large);
        for (const choice of choices) {
          const steps = possible(rules, large, world);
          const step = steps[choice % steps.length];
          if (!step) return;
          world = step.world;
          expect(lateness(rules, large, world)).toBeLessThanOrEqual(allowed(world));
          expect(beginsWork(rules, large, world)).toBe(true);
        }
      }),
      { numRuns: 1_500 },
    );
  });
});

describe('each part is needed: the explorer finds the story of what happens without it', () => {
  const without = (changed: Partial<Rules>, within: Partial<Bounds> = {}): readonly string[] | undefined =>
    exploreClock({ ...rules, ...changed }, { ...bounds, ...within }).story;

  it('the compare on poked_seq: a newer poke is cleared, and the outside work never begins', () => {
    const story = without(
      {
        markArmed: (row, claim) =>
          mayMarkArmed(row, claim) ? { ...row, pokedSeq: row.pokeSeq, armedUntil: claim.armedUntil } : null,
      },
      { commands: 1, requests: 1 },
    );
    expect(story?.at(-1)).toContain('outside work is never begun');
  });

  it(
    'starting before claiming: a crashed worker claims a poke whose work it never began',
    { timeout: 120_000 },
    () => {
      const story = without({ startBeforeClaim: false }, { commands: 1, requests: 1 });
      expect(story?.at(-1)).toContain('outside work is never begun');
    },
  );

  it('any compare at all: an earlier deadline is missed', () => {
    const story = without({
      markArmed: (row, claim) => ({ ...row, pokedSeq: row.pokeSeq, armedUntil: claim.armedUntil }),
    });
    expect(story?.at(-1)).toContain('late');
  });

  it('the watchdog: a lost workflow is never missed', () => {
    expect(without({ watchdog: false }, { losses: 1 })?.at(-1)).toContain('late by Infinity');
  });

  it('the relay: the poke of a process that died is never sent', () => {
    expect(without({ relay: false })?.at(-1)).toContain('late');
  });

  it('the monotone claim: the late write of a crashed worker moves it back', { timeout: 60_000 }, () => {
    const may: May = (row, claim) => mayMarkArmed({ ...row, armedUntil: null }, claim);
    const story = without({ markArmed: taking(may) });
    expect(story?.some((line) => line.startsWith('the late write executes'))).toBe(true);
  });

  it('the look at the deadline in the claim: a command between look and claim goes unseen', () => {
    const may: May = (row, claim) => mayMarkArmed({ ...row, nextDeadlineAt: Infinity }, claim);
    expect(without({ markArmed: taking(may) })?.at(-1)).toContain('late');
  });

  it('poking for an earlier deadline', () => {
    expect(without({ mustPoke: (after) => after.armedUntil === null })?.at(-1)).toContain('late');
  });
});
