import { say, type Localized } from '../model/localized.ts';
import { entrySteps, firstStage, type Opening, type StepEntry } from './context.ts';
import type { Edge, JourneyGraph } from './journey-graph.ts';
import { type ProblemPath } from './problem.ts';
import { Bits, Follower, type Arrival, type OpenSet } from './sets.ts';

/** More sets of open steps than a definition that anybody can follow has. */
export const maxSets = 200_000;

export type Story = readonly Localized[];

interface Found<Subject> {
  readonly subject: Subject;
  readonly story: Story;
}

/** What walking through every set of open steps has shown. Each finding has the shortest story that leads there. */
export interface Exploration {
  readonly reachedSteps: ReadonlySet<string>;
  readonly reachedStages: ReadonlySet<string>;
  /** After this outcome nothing is open. */
  readonly stranded: readonly Found<Edge>[];
  /** The first time that each step is open. */
  readonly firstOpen: ReadonlyMap<string, Story>;
  /** A step that opens before what its deadline is counted from. */
  readonly unanchored: readonly Found<{ step: StepEntry; anchor: string; path: ProblemPath }>[];
  /** Conditions that may all fail because a fact is not known then. */
  readonly unknowing: readonly Found<{ path: ProblemPath; facts: readonly string[] }>[];
  /** The first set from which no ending can be reached. */
  readonly endless?: Found<readonly StepEntry[]>;
  /** There are more sets than can be looked at. */
  readonly tooMany: boolean;
}

/** How a journey comes into being: enrolled at the beginning, or taken over in the middle. */
export interface Start {
  readonly stage: string;
  readonly told: Localized;
  /** Of what earlier stages would have told: taken over, a journey may bring its facts, and its anchors. */
  readonly known: 'nothing' | 'facts' | 'everything';
}

export function enrolment(graph: JourneyGraph): Start {
  const stage = firstStage(graph.context.source) ?? '';
  const open = entrySteps(graph.context.source, stage).join(', ');
  return {
    stage,
    known: 'nothing',
    told: say(`入组，打开 ${open}`, `The resident is enrolled: ${open} opens`),
  };
}

/** Breadth first, so that the first story found is a shortest one. */
export function explore(graph: JourneyGraph, starts: readonly Start[], limit = maxSets): Exploration {
  return new Explorer(graph, limit).run(starts);
}

class Explorer {
  readonly #graph: JourneyGraph;
  readonly #limit: number;
  readonly #bits: Bits;
  readonly #follower: Follower;
  readonly #indexOf = new Map<OpenSet, number>();
  readonly #sets: OpenSet[] = [];
  readonly #cameFrom: number[] = [];
  readonly #told: Story[] = [];
  readonly #arcsFrom: number[] = [];
  readonly #arcsTo: number[] = [];
  readonly #ending = new Set<number>();
  readonly #reachedSteps = new Set<string>();
  readonly #reachedStages = new Set<string>();
  readonly #stranded = new Map<string, Found<Edge>>();
  readonly #firstOpen = new Map<string, Story>();
  readonly #unanchored = new Map<string, Exploration['unanchored'][number]>();
  readonly #unknowing = new Map<string, Exploration['unknowing'][number]>();
  #here = -1;
  #doing: Story = [];

  constructor(graph: JourneyGraph, limit: number) {
    this.#graph = graph;
    this.#limit = limit;
    this.#bits = new Bits(graph);
    this.#follower = new Follower(graph, this.#bits, {
      opened: (step, opening, set) => this.#opened(step, opening, set),
      entered: (stage) => this.#reachedStages.add(stage),
      followed: (edge, set) => this.#followed(edge, set),
    });
  }

  run(starts: readonly Start[]): Exploration {
    for (const start of starts) this.#start(start);
    let tooMany = false;
    for (let index = 0; index < this.#sets.length; index++) {
      if (this.#sets.length > this.#limit) {
        tooMany = true;
        break;
      }
      this.#visit(index);
    }
    const endless = tooMany ? undefined : this.#endless();
    return {
      reachedSteps: this.#reachedSteps,
      reachedStages: this.#reachedStages,
      stranded: [...this.#stranded.values()],
      firstOpen: this.#firstOpen,
      unanchored: [...this.#unanchored.values()],
      unknowing: [...this.#unknowing.values()],
      ...(endless && { endless }),
      tooMany,
    };
  }

  #start({ stage, told, known }: Start): void {
    this.#here = -1;
    this.#doing = [told];
    this.#reachedStages.add(stage);
    const openings = entrySteps(this.#graph.context.source, stage).map((step) => ({
      step,
      path: ['stages', stage],
    }));
    const from = this.#bits.known(known);
    for (const arrival of this.#follower.enter(from, openings)) this.#arrive(arrival, undefined);
  }

  #visit(index: number): void {
    const set = this.#sets[index] ?? 0n;
    this.#here = index;
    for (const step of this.#bits.openSteps(set)) {
      if (!this.#firstOpen.has(step.id)) this.#firstOpen.set(step.id, this.#storyOf(index));
      // A notice that waits for its day leaves by itself; a series finishes only when it would go on.
      const { edges, automatic } = this.#graph;
      for (const edge of (step.waits ? edges : automatic).get(step.id) ?? []) {
        this.#doing = [edge.told];
        for (const arrival of this.#follower.follow(set, edge)) this.#arrive(arrival, edge);
      }
    }
  }

  #arrive({ set, ended, automatic }: Arrival, edge: Edge | undefined): void {
    if (ended) {
      if (this.#here >= 0) this.#ending.add(this.#here);
      return;
    }
    if ((set & this.#bits.stepMask) === 0n) {
      const last = automatic.at(-1) ?? edge;
      if (last && !this.#stranded.has(last.path.join('/')))
        this.#stranded.set(last.path.join('/'), {
          subject: last,
          story: [...this.#storyNow(), ...automatic.map((step) => step.told)],
        });
      return;
    }
    let index = this.#indexOf.get(set);
    if (index === undefined) {
      index = this.#sets.push(set) - 1;
      this.#indexOf.set(set, index);
      this.#cameFrom.push(this.#here);
      this.#told.push([...this.#doing, ...automatic.map((step) => step.told)]);
    }
    if (this.#here >= 0 && this.#here !== index) {
      this.#arcsFrom.push(this.#here);
      this.#arcsTo.push(index);
    }
  }

  #opened(step: StepEntry, { from, path }: Opening, set: OpenSet): void {
    this.#reachedSteps.add(step.id);
    if (step.step.anchor !== undefined) this.#counting(step, step.step.anchor, [...step.path, 'anchor'], set);
    if (from !== undefined) this.#counting(step, from, [...path, 'from'], set);
    const needs = this.#graph.dueNeeds.get(step.id) ?? [];
    if (needs.length > 0) this.#needing(needs, set, [...step.path, 'due']);
  }

  #counting(step: StepEntry, anchor: string, path: ProblemPath, set: OpenSet): void {
    if ((set & this.#bits.anchor(anchor)) !== 0n) return;
    const key = path.join('/');
    if (!this.#unanchored.has(key))
      this.#unanchored.set(key, { subject: { step, anchor, path }, story: this.#storyNow() });
  }

  #followed(edge: Edge, set: OpenSet): void {
    if (edge.needs.length > 0) this.#needing(edge.needs, set, [...edge.step.path, 'outcomes', edge.outcome]);
  }

  #needing(facts: readonly string[], set: OpenSet, path: ProblemPath): void {
    const unknown = facts.filter((fact) => (set & this.#bits.fact(fact)) === 0n);
    const key = path.join('/');
    if (unknown.length > 0 && !this.#unknowing.has(key))
      this.#unknowing.set(key, { subject: { path, facts: unknown }, story: this.#storyNow() });
  }

  #storyNow = (): Story => [...this.#storyOf(this.#here), ...this.#doing];

  #storyOf(index: number): Story {
    const parts: Story[] = [];
    for (let at = index; at >= 0; at = this.#cameFrom[at] ?? -1) parts.unshift(this.#told[at] ?? []);
    return parts.flat();
  }

  /** Walks back from the sets in which something may end the journey; the first set never met has no way out. */
  #endless(): Exploration['endless'] {
    const before: number[][] = this.#sets.map(() => []);
    for (const [arc, to] of this.#arcsTo.entries()) before[to]?.push(this.#arcsFrom[arc] ?? 0);
    const good = new Uint8Array(this.#sets.length);
    const queue = [...this.#ending];
    for (const index of queue) good[index] = 1;
    for (let next = queue.pop(); next !== undefined; next = queue.pop())
      for (const index of before[next] ?? []) {
        if (good[index] === 1) continue;
        good[index] = 1;
        queue.push(index);
      }
    const index = good.indexOf(0);
    if (index < 0) return undefined;
    return { subject: this.#bits.openSteps(this.#sets[index] ?? 0n), story: this.#storyOf(index) };
  }
}
