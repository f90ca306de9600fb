import type { CheckContext, Opening, StepEntry } from './context.ts';
import type { Edge, JourneyGraph } from './journey-graph.ts';
import { openedBy, opensAtOnce } from './journey-graph.ts';

/** Steps that are open or scheduled, anchors that are marked, facts that are known and series that were begun, as bits of one number. */
export type OpenSet = bigint;

/** Numbers the steps, anchors and facts of a definition as bits. */
export class Bits {
  readonly #stepBits = new Map<string, bigint>();
  readonly #anchorBits = new Map<string, bigint>();
  readonly #factBits = new Map<string, bigint>();
  readonly #visitedBits = new Map<string, bigint>();
  readonly #steps: readonly (readonly [StepEntry, bigint])[];
  readonly stepMask: bigint;

  constructor({ context, edges, tracked }: JourneyGraph) {
    let next = 1n;
    const give = (bits: Map<string, bigint>, name: string): bigint => {
      const bit = next;
      bits.set(name, bit);
      next <<= 1n;
      return bit;
    };
    this.#steps = [...context.steps.values()].map(
      (entry) => [entry, give(this.#stepBits, entry.id)] as const,
    );
    this.stepMask = next - 1n;
    for (const anchor of countedFrom(context)) give(this.#anchorBits, anchor);
    for (const fact of tracked) give(this.#factBits, fact);
    for (const { id, step } of context.steps.values())
      if (step.kind === 'series' && edges.get(id)?.some((edge) => this.gains(edge) !== 0n))
        give(this.#visitedBits, id);
  }

  /** @returns the bit; 0 for what makes no difference */
  step = (id: string): bigint => this.#stepBits.get(id) ?? 0n;
  anchor = (name: string): bigint => this.#anchorBits.get(name) ?? 0n;
  fact = (name: string): bigint => this.#factBits.get(name) ?? 0n;
  /** Of a series whose visits tell something that later steps need: a visit was made. 0 for any other. */
  visited = (id: string): bigint => this.#visitedBits.get(id) ?? 0n;

  /** @returns the anchor and the facts that an outcome brings */
  gains(edge: Edge): bigint {
    let gains = edge.marks === undefined ? 0n : this.anchor(edge.marks);
    for (const fact of edge.learns) gains |= this.fact(fact);
    return gains;
  }

  /** @returns the steps in the set, in the order of the definition */
  openSteps(set: OpenSet): StepEntry[] {
    return this.#steps.filter(([, bit]) => (set & bit) !== 0n).map(([entry]) => entry);
  }

  /** @returns what a journey knows that starts with nothing, with all facts, or with all anchors as well; nothing is open */
  known(what: 'nothing' | 'facts' | 'everything'): OpenSet {
    let all = 0n;
    if (what !== 'nothing') for (const bit of this.#factBits.values()) all |= bit;
    if (what === 'everything') for (const bit of this.#anchorBits.values()) all |= bit;
    return all;
  }
}

function countedFrom(context: CheckContext): Set<string> {
  const anchors = new Set<string>();
  for (const { step } of context.steps.values()) if (step.anchor !== undefined) anchors.add(step.anchor);
  for (const { step } of context.steps.values())
    for (const outcome of Object.values(step.outcomes))
      for (const part of Array.isArray(outcome) ? outcome : [outcome]) {
        const { open } = 'otherwise' in part ? part.otherwise : part;
        if (typeof open === 'object' && !Array.isArray(open))
          for (const { from } of Object.values(open)) if (from !== undefined) anchors.add(from);
      }
  return anchors;
}

/** What following an edge may come to. */
export interface Arrival {
  readonly set: OpenSet;
  readonly ended: boolean;
  /** What the program records by itself on the way: a notice sent, a series finished. */
  readonly automatic: readonly Edge[];
}

/** Told of what is noticed while an edge is followed. */
export interface Witness {
  opened(step: StepEntry, opening: Opening, set: OpenSet): void;
  entered(stage: string): void;
  followed(edge: Edge, set: OpenSet): void;
}

interface Prepared {
  /** The step itself, unless the outcome leaves it open. */
  readonly closes: bigint;
  readonly keep: bigint;
  readonly gains: bigint;
  readonly opens: readonly Opening[];
}

/** Follows edges from set to set, as a transition would. */
export class Follower {
  readonly #graph: JourneyGraph;
  readonly #bits: Bits;
  readonly #witness: Witness;
  readonly #prepared = new Map<Edge, Prepared>();

  constructor(graph: JourneyGraph, bits: Bits, witness: Witness) {
    this.#graph = graph;
    this.#bits = bits;
    this.#witness = witness;
  }

  /** @returns every set that the outcome may lead to */
  follow(from: OpenSet, edge: Edge, automatic: readonly Edge[] = []): Arrival[] {
    const { closes, keep, gains, opens } = this.#prepare(edge);
    const closed = from & ~closes;
    this.#witness.followed(edge, closed | gains);
    const set = (closed | gains) & keep;
    if (edge.ends) return [{ set: set & ~this.#bits.stepMask, ended: true, automatic }];
    if (edge.enters !== undefined) this.#witness.entered(edge.enters);
    let arrivals: Arrival[] = [{ set, ended: false, automatic }];
    for (const opening of opens) arrivals = this.#openAll(arrivals, opening, edge);
    if (edge.next) arrivals = arrivals.flatMap((arrival) => this.#next(arrival, edge));
    return arrivals;
  }

  /** @returns every set that opening these steps, on the way into a journey or a stage, may lead to */
  enter(from: OpenSet, openings: readonly Opening[]): Arrival[] {
    let arrivals: Arrival[] = [{ set: from, ended: false, automatic: [] }];
    for (const opening of openings) arrivals = this.#openAll(arrivals, opening);
    return arrivals;
  }

  #openAll(arrivals: readonly Arrival[], opening: Opening, edge?: Edge): Arrival[] {
    const [only] = arrivals;
    // Nearly always there is one.
    if (only && arrivals.length === 1) return this.#open(only, opening, edge);
    return arrivals.flatMap((arrival) => this.#open(arrival, opening, edge));
  }

  #open(arrival: Arrival, opening: Opening, edge: Edge | undefined): Arrival[] {
    const step = this.#graph.context.steps.get(opening.step);
    if (!step || arrival.ended) return [arrival];
    const bit = this.#bits.step(step.id);
    const active = (arrival.set & bit) !== 0n;
    // A notice that waits for its day leaves when it is opened again without one; anything else is left as it is.
    if (active && (step.waits || opening.in !== undefined)) return [arrival];
    if (!active) this.#witness.opened(step, opening, arrival.set);
    const waiting = { ...arrival, set: arrival.set | bit };
    if (step.step.kind === 'series') return [waiting, ...this.#finishedAtOnce(arrival, step)];
    if (step.waits) return [waiting];
    const leaves = opensAtOnce(opening, edge);
    if (leaves === 'surely') return this.#automatic(arrival, step);
    return leaves === 'perhaps' ? [waiting, ...this.#automatic(arrival, step)] : [waiting];
  }

  /** A series that is opened again after its last visit was made is over as soon as it opens; once over, it asks for that visit again. */
  #finishedAtOnce(arrival: Arrival, step: StepEntry): Arrival[] {
    const visited = this.#bits.visited(step.id);
    if (visited !== 0n && (arrival.set & visited) === 0n) return [];
    return arrival.automatic.some((edge) => edge.step === step) ? [] : this.#automatic(arrival, step);
  }

  #next(arrival: Arrival, edge: Edge): Arrival[] {
    const bit = this.#bits.step(edge.step.id);
    if (arrival.ended || (arrival.set & bit) !== 0n) return [arrival];
    return [{ ...arrival, set: arrival.set | bit }, ...this.#automatic(arrival, edge.step)];
  }

  #automatic(arrival: Arrival, step: StepEntry): Arrival[] {
    return (this.#graph.automatic.get(step.id) ?? []).flatMap((edge) =>
      this.follow(arrival.set, edge, [...arrival.automatic, edge]),
    );
  }

  #prepare(edge: Edge): Prepared {
    const known = this.#prepared.get(edge);
    if (known) return known;
    const { context } = this.#graph;
    let lost = 0n;
    for (const id of edge.cancels) lost |= this.#bits.step(id);
    if (edge.enters !== undefined)
      for (const { id, stage, step } of context.steps.values())
        if (stage !== edge.enters && step.continues !== true) lost |= this.#bits.step(id);
    let gains = this.#bits.gains(edge);
    if (edge.outcome === 'done') gains |= this.#bits.visited(edge.step.id);
    const closes = edge.interim ? 0n : this.#bits.step(edge.step.id);
    const prepared = { closes, keep: ~lost, gains, opens: openedBy(context, edge) };
    this.#prepared.set(edge, prepared);
    return prepared;
  }
}
