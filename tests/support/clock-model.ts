import type { ArmedClaim, ClockRow, Committed } from '../../domain/clock/poke-rule.ts';

/**
 * A small world of one journey: its row, signals in flight, its workflow with what Temporal has on disk and what only
 * the worker remembers, writes of dead workers that execute late, the relay and the watchdog. Time is a small integer.
 * Every action is either taken or not, in any order: the explorer tries all of them.
 */

/** What is being proved; a test takes parts out to see that they are missed. */
export interface Rules {
  readonly mustPoke: (committed: Committed) => boolean;
  /** @returns the row with the claim in it, or null when it does not take it */
  readonly markArmed: (row: ClockRow, claim: ArmedClaim) => ClockRow | null;
  /** The workflow waits until Temporal has taken the start of outside work before it claims to have read the poke. */
  readonly startBeforeClaim: boolean;
  readonly relay: boolean;
  readonly watchdog: boolean;
}

/** Upper bounds of what may go wrong. */
export interface Bounds {
  /** Deadlines lie in 1..horizon; time ends one before it. */
  readonly horizon: number;
  readonly commands: number;
  /** Commands that ask for outside work. */
  readonly requests: number;
  readonly crashes: number;
  readonly losses: number;
  readonly duplicates: number;
}

/** What the workflow remembers. `phase` is the activity that it does next. */
interface Memory {
  readonly phase: 'idle' | 'serve' | 'look' | 'start' | 'mark';
  readonly timer: number | null;
  readonly poke: number;
  readonly until: number;
  /** Events taken in and not yet acted on. */
  readonly poked: boolean;
  readonly due: boolean;
  /** It has asked Temporal to start the outside work, which holds once the task is written down. */
  readonly begins: boolean;
}

interface Workflow {
  /** As of the last workflow task that Temporal has on disk. */
  readonly durable: Memory;
  /** Of the task that a worker is running, if any. */
  readonly running: Memory | null;
  /** Events in the history that no completed task has seen; `taken` by the running one. */
  readonly signalled: boolean;
  readonly fired: boolean;
  readonly takenSignal: boolean;
  readonly takenFire: boolean;
}

type Write = { readonly kind: 'serve' } | { readonly kind: 'mark'; readonly claim: ArmedClaim };

export interface World {
  readonly now: number;
  readonly row: ClockRow;
  readonly work: 'none' | 'asked' | 'begun';
  readonly signalInFlight: boolean;
  readonly workflow: Workflow | null;
  /** A write that a crashed worker had sent and that may yet be executed. */
  readonly zombie: Write | null;
  /** The watchdog has poked this row once already. */
  readonly watched: boolean;
  readonly lost: boolean;
  readonly left: Omit<Bounds, 'horizon'>;
}

export interface Step {
  readonly what: string;
  readonly world: World;
}

const fresh: Memory = {
  phase: 'look',
  timer: null,
  poke: 0,
  until: 0,
  poked: false,
  due: false,
  begins: false,
};

/** Just enrolled, and the enrolling process has died before it could poke. */
export const firstWorld = ({ horizon, ...left }: Bounds): World => ({
  now: 0,
  row: { pokeSeq: 1, pokedSeq: 0, armedUntil: null, nextDeadlineAt: Math.min(2, horizon), ended: false },
  work: 'none',
  signalInFlight: false,
  workflow: null,
  zombie: null,
  watched: false,
  lost: false,
  left,
});

export const deadlineOf = (world: World): number => world.row.nextDeadlineAt ?? Infinity;

/** Numbers of pokes count only by comparison, so they are written down relative to the smallest. */
export function keyOf(world: World): string {
  const { row, workflow, zombie } = world;
  const seen = [row.pokedSeq, row.pokeSeq];
  if (workflow) seen.push(workflow.durable.poke, workflow.running?.poke ?? workflow.durable.poke);
  if (zombie?.kind === 'mark') seen.push(zombie.claim.pokeSeq);
  const base = Math.min(...seen);
  return JSON.stringify(world, (key, value: unknown) =>
    (key === 'pokeSeq' || key === 'pokedSeq' || key === 'poke') && typeof value === 'number'
      ? value - base
      : value,
  );
}

function commit(rules: Rules, row: ClockRow, nextDeadlineAt: number, outsideWork = false): ClockRow {
  const poke = rules.mustPoke({
    nextDeadlineAt,
    armedUntil: row.armedUntil,
    outsideWork,
    ended: false,
  });
  return { ...row, nextDeadlineAt, pokeSeq: row.pokeSeq + (poke ? 1 : 0) };
}

/** DeadlineReached: nothing when nothing is due; else the next deadline is any later one. */
function serve(rules: Rules, world: World, nexts: readonly number[]): { row: ClockRow; served: boolean }[] {
  if (deadlineOf(world) > world.now) return [{ row: world.row, served: false }];
  return nexts
    .filter((next) => next > world.now)
    .map((next) => ({ row: commit(rules, world.row, next), served: true }));
}

/** One activity of the running task. The workflow's own logic; workflows/journey.ts is the real one. */
function act(
  rules: Rules,
  world: World,
  workflow: Workflow,
  memory: Memory,
  nexts: readonly number[],
): Step[] {
  const go = (row: ClockRow, changed: Partial<Memory>, what: string, watched = world.watched): Step => ({
    what,
    world: { ...world, row, watched, workflow: { ...workflow, running: { ...memory, ...changed } } },
  });
  switch (memory.phase) {
    case 'idle':
    case 'start':
      return [];
    case 'serve':
      return serve(rules, world, nexts).map(({ row, served }) => {
        const until = row.nextDeadlineAt!;
        const lookNext = memory.poked || row.pokeSeq > world.row.pokeSeq;
        const what = served ? `the workflow serves the deadline; the next is ${until}` : 'nothing is due yet';
        const changed: Partial<Memory> = lookNext
          ? { phase: 'look', due: false }
          : { phase: 'mark', due: false, until, timer: until };
        return go(row, changed, what, served ? false : world.watched);
      });
    case 'look': {
      const until = deadlineOf(world);
      const asked = world.work === 'asked';
      const changed = {
        // Nothing is claimed before Temporal has taken the start, or a write of a crashed worker might claim it.
        phase: asked && rules.startBeforeClaim ? 'start' : 'mark',
        poke: world.row.pokeSeq,
        until,
        timer: until,
        poked: false,
        begins: asked,
      } as const;
      return [go(world.row, changed, `the workflow looks: poke ${world.row.pokeSeq}, deadline ${until}`)];
    }
    case 'mark': {
      const row = rules.markArmed(world.row, { pokeSeq: memory.poke, armedUntil: memory.until });
      const says = `the workflow says: poke ${memory.poke}, armed until ${memory.until}`;
      return [row ? go(row, { phase: 'idle' }, says) : go(world.row, { phase: 'look' }, `${says}; refused`)];
    }
  }
}

function deliver(world: World): World {
  const workflow: Workflow = world.workflow
    ? { ...world.workflow, signalled: true }
    : { durable: fresh, running: null, signalled: false, fired: false, takenSignal: false, takenFire: false };
  return { ...world, signalInFlight: false, workflow };
}

const hasTask = ({ durable, signalled, fired, running }: Workflow): boolean =>
  running === null && (signalled || fired || durable.phase !== 'idle');

const nextPhase = ({ phase, due, poked }: Memory): Memory['phase'] =>
  phase !== 'idle' ? phase : due ? 'serve' : poked ? 'look' : 'idle';

/** A worker takes the task: the events go into its memory, to be acted on in the workflow's own order. */
function takeTask(workflow: Workflow): Workflow {
  const { durable, signalled, fired } = workflow;
  const memory = {
    ...durable,
    timer: fired ? null : durable.timer,
    poked: durable.poked || signalled,
    due: durable.due || fired,
  };
  const running = { ...memory, phase: nextPhase(memory) };
  return { ...workflow, running, signalled: false, fired: false, takenSignal: signalled, takenFire: fired };
}

/** Temporal writes down what the task has done so far; with nothing left to do the task ends. */
function complete(world: World, workflow: Workflow, memory: Memory): World {
  const phase = memory.phase === 'start' ? 'mark' : nextPhase(memory);
  const durable = { ...memory, phase, begins: false };
  const running = durable.phase === 'idle' ? null : durable;
  return {
    ...world,
    work: memory.begins ? 'begun' : world.work,
    workflow: { ...workflow, durable, running, takenSignal: false, takenFire: false },
  };
}

function crash(workflow: Workflow): Workflow {
  const { signalled, fired, takenSignal, takenFire } = workflow;
  return {
    ...workflow,
    running: null,
    signalled: signalled || takenSignal,
    fired: fired || takenFire,
    takenSignal: false,
    takenFire: false,
  };
}

const mayFire = ({ durable, running, fired }: Workflow, now: number): boolean =>
  running === null && !fired && durable.timer !== null && durable.timer <= now;

const fire = (workflow: Workflow): Workflow => ({
  ...workflow,
  fired: true,
  durable: { ...workflow.durable, timer: null },
});

const unserved = (world: World): boolean =>
  deadlineOf(world) < world.now || (world.row.armedUntil ?? Infinity) < world.now;

function watch(rules: Rules, world: World, nexts: readonly number[]): Step[] {
  if (!world.watched)
    return [
      {
        what: 'the watchdog pokes',
        world: {
          ...world,
          watched: true,
          signalInFlight: true,
          row: { ...world.row, pokeSeq: world.row.pokeSeq + 1 },
        },
      },
    ];
  return serve(rules, world, nexts)
    .filter(({ served }) => served)
    .map(({ row }) => ({
      what: 'the watchdog serves the deadline itself',
      world: { ...world, watched: false, row },
    }));
}

/** Everything that may happen next in the world, in any order a hostile scheduler likes. */
export function possible(rules: Rules, { horizon }: Bounds, world: World): Step[] {
  const steps: Step[] = [];
  const { row, workflow, left, now } = world;
  const add = (what: string, change: Partial<World>): void => {
    steps.push({ what, world: { ...world, ...change } });
  };
  const later = Array.from({ length: horizon - now }, (_, index) => now + 1 + index);

  if (now < horizon - 1) add(`it is ${now + 1}`, { now: now + 1 });
  if (left.commands > 0)
    for (const next of later.filter((at) => at !== row.nextDeadlineAt)) {
      const after = commit(rules, row, next);
      const change = { row: after, left: { ...left, commands: left.commands - 1 } };
      add(
        `a command moves the deadline to ${next}${after.pokeSeq > row.pokeSeq ? ', poke owed' : ''}`,
        change,
      );
      if (after.pokeSeq > row.pokeSeq && !world.signalInFlight)
        add(`a command moves the deadline to ${next} and pokes`, { ...change, signalInFlight: true });
    }
  if (left.requests > 0 && world.work === 'none')
    add('a command asks for outside work, poke owed', {
      row: commit(rules, row, deadlineOf(world), true),
      work: 'asked',
      left: { ...left, requests: left.requests - 1 },
    });
  if (world.signalInFlight) {
    steps.push({ what: 'the signal arrives', world: deliver(world) });
    add('the signal is lost', { signalInFlight: false });
    if (left.duplicates > 0)
      steps.push({
        what: 'the signal arrives, and will again',
        world: {
          ...deliver(world),
          signalInFlight: true,
          left: { ...left, duplicates: left.duplicates - 1 },
        },
      });
  } else if (rules.relay && row.pokeSeq > row.pokedSeq) add('the relay pokes', { signalInFlight: true });

  if (workflow) {
    const { running } = workflow;
    if (mayFire(workflow, now)) add('the timer fires', { workflow: fire(workflow) });
    if (hasTask(workflow)) add('a worker takes the task', { workflow: takeTask(workflow) });
    if (running) {
      steps.push(...act(rules, world, workflow, running, later));
      steps.push({ what: 'the task is written down', world: complete(world, workflow, running) });
      if (left.crashes > 0) {
        const change = { workflow: crash(workflow), left: { ...left, crashes: left.crashes - 1 } };
        add('the worker crashes', change);
        const claim = { pokeSeq: running.poke, armedUntil: running.until };
        const write: Write | null =
          running.phase === 'mark'
            ? { kind: 'mark', claim }
            : running.phase === 'serve'
              ? { kind: 'serve' }
              : null;
        if (write) add('the worker crashes with a write under way', { ...change, zombie: write });
      }
    }
    if (left.losses > 0)
      add('the workflow is lost', { workflow: null, lost: true, left: { ...left, losses: left.losses - 1 } });
  }
  if (world.zombie?.kind === 'mark') {
    const { claim } = world.zombie;
    const after = rules.markArmed(row, claim);
    const what = `the late write executes: poke ${claim.pokeSeq}, armed until ${claim.armedUntil}`;
    add(after ? what : `${what}; refused`, { zombie: null, row: after ?? row });
  } else if (world.zombie)
    for (const { row: after, served } of serve(rules, world, later))
      add(served ? 'the late write serves the deadline' : 'the late write finds nothing due', {
        zombie: null,
        row: after,
        watched: served ? false : world.watched,
      });
  if (rules.watchdog && unserved(world)) steps.push(...watch(rules, world, later));
  return steps;
}

/** The world without ill luck at one instant: everything that is under way is brought to its end. */
function settle(rules: Rules, bounds: Bounds, start: World): World {
  let world = start;
  const nexts = [bounds.horizon + 10];
  for (let turn = 0; turn < 60; turn++) {
    const { workflow, row, now } = world;
    if (workflow?.running) {
      const next = act(rules, world, workflow, workflow.running, nexts)[0];
      world = next ? next.world : complete(world, workflow, workflow.running);
    } else if (workflow && mayFire(workflow, now)) world = { ...world, workflow: fire(workflow) };
    else if (workflow && hasTask(workflow)) world = { ...world, workflow: takeTask(workflow) };
    else if (world.signalInFlight) world = deliver(world);
    else if (rules.relay && row.pokeSeq > row.pokedSeq) world = { ...world, signalInFlight: true };
    else return world;
  }
  throw new Error('the world does not come to rest: a poke is answered for ever and never settled');
}

/** The watchdog needs its grace, and a second look when the poke did not help. */
const watchdogBound = 3;

/**
 * @returns how late the deadline of this world is served if nothing goes wrong from now on, in ticks after the
 * deadline or after now, whichever is later; Infinity when it never is
 */
export function lateness(rules: Rules, bounds: Bounds, start: World): number {
  const due = Math.max(deadlineOf(start), start.now);
  if (deadlineOf(start) >= bounds.horizon) return 0;
  let world = start;
  // A write that is only late, not lost, may come at the worst moment; the explorer visits that world by itself.
  for (let now = start.now; now <= due + watchdogBound; now++) {
    world = settle(rules, bounds, { ...world, now });
    if (deadlineOf(world) > bounds.horizon) return now - due;
    if (!rules.watchdog || !unserved(world)) continue;
    world = watch(rules, world, [bounds.horizon + 10])[0]?.world ?? world;
    world = settle(rules, bounds, world);
    if (deadlineOf(world) > bounds.horizon) return now - due;
  }
  return Infinity;
}

/** @returns whether the outside work is begun if nothing goes wrong from now on, without waiting for a deadline */
export const beginsWork = (rules: Rules, bounds: Bounds, world: World): boolean =>
  world.work !== 'asked' || world.lost || settle(rules, bounds, world).work === 'begun';

/** @returns how late a deadline may be in this world: not at all, unless Temporal has lost the workflow */
export const allowed = (world: World): number => (world.lost ? watchdogBound : 0);
