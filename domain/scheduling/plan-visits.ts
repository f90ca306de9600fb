/** A slot with a place left. Instants are UTC epoch milliseconds. */
export interface FreeSlot {
  readonly id: string;
  /** Where a resident goes for it. */
  readonly site: string;
  readonly startsAt: number;
  readonly endsAt: number;
  /** The half-day of the district's clock in which it starts; slots of one half-day at one site make one trip. */
  readonly halfDay: number;
}

/** One part of a bundle, such as the CT between the check of the questionnaire and the specialist. */
export interface BundlePart {
  readonly service: string;
  /** From the end of the part before: the way there, and until its result is known. */
  readonly afterMs: number;
  /** Free slots of the service, in order of their start. */
  readonly slots: readonly FreeSlot[];
}

/** What a resident does on one way to the hospital: parts in the order of the bundle, one after the other. */
export interface Trip {
  readonly site: string;
  readonly halfDay: number;
  readonly slots: readonly FreeSlot[];
}

interface Reached {
  readonly trips: readonly Trip[];
  readonly endsAt: number;
}

/**
 * Places a bundle with as few trips as can be, and among those so that it ends earliest; parts keep their order.
 * @returns the trips; undefined when some part cannot be had at all
 */
export function planVisits(parts: readonly BundlePart[], notBefore: number): readonly Trip[] | undefined {
  // reached[i] after a number of trips: the earliest end of the first i parts. An earlier end leaves every later choice
  // open, so nothing else need be kept.
  let reached = new Map<number, Reached>([[0, { trips: [], endsAt: notBefore }]]);
  for (let trips = 0; trips < parts.length; trips++) {
    const next = new Map<number, Reached>();
    for (const [from, before] of reached)
      for (const [to, trip] of tripsFrom(parts, from, before)) {
        const endsAt = trip.slots.at(-1)?.endsAt ?? before.endsAt;
        const known = next.get(to);
        if (!known || endsAt < known.endsAt) next.set(to, { trips: [...before.trips, trip], endsAt });
      }
    const whole = next.get(parts.length);
    if (whole) return whole.trips;
    reached = next;
  }
  return undefined;
}

/** @returns by how many parts are done then, the trip that ends earliest and begins with part `from` */
function tripsFrom(parts: readonly BundlePart[], from: number, before: Reached): Map<number, Trip> {
  const best = new Map<number, Trip>();
  const first = parts[from];
  if (!first) return best;
  const notBefore = before.endsAt + (from === 0 ? 0 : first.afterMs);
  const tried = new Set<string>();
  for (let i = indexFrom(first.slots, notBefore); i < first.slots.length; i++) {
    const start = first.slots[i] as FreeSlot;
    const whole = best.get(parts.length)?.slots.at(-1)?.endsAt;
    // Whatever starts when the whole can be over cannot end sooner.
    if (whole !== undefined && start.startsAt >= whole) break;
    const place = `${start.halfDay} ${start.site}`;
    if (tried.has(place)) continue;
    tried.add(place);
    extend(parts, from, { ...start, notBefore }, best);
  }
  return best;
}

interface Place extends Pick<FreeSlot, 'site' | 'halfDay'> {
  readonly notBefore: number;
}

/** Goes on at one place in one half-day as long as the parts fit one after the other. */
function extend(
  parts: readonly BundlePart[],
  from: number,
  { site, halfDay, notBefore }: Place,
  best: Map<number, Trip>,
): void {
  const slots: FreeSlot[] = [];
  for (let i = from; i < parts.length; i++) {
    const { slots: free, afterMs } = parts[i] as BundlePart;
    const last = slots.at(-1);
    const found = earliestEnd(free, { site, halfDay, notBefore: last ? last.endsAt + afterMs : notBefore });
    if (!found) return;
    slots.push(found);
    const known = best.get(i + 1)?.slots.at(-1)?.endsAt;
    if (known === undefined || found.endsAt < known) best.set(i + 1, { site, halfDay, slots: [...slots] });
  }
}

/** @returns the slot of the place that ends first; of slots of different length it need not be the one that starts first */
function earliestEnd(slots: readonly FreeSlot[], { site, halfDay, notBefore }: Place): FreeSlot | undefined {
  let found: FreeSlot | undefined;
  for (let i = indexFrom(slots, notBefore); i < slots.length; i++) {
    const slot = slots[i] as FreeSlot;
    if (slot.halfDay > halfDay || (found && slot.startsAt >= found.endsAt)) break;
    if (slot.halfDay === halfDay && slot.site === site && (!found || slot.endsAt < found.endsAt))
      found = slot;
  }
  return found;
}

/** @returns where the slots begin that start at an instant or later, by halving */
function indexFrom(slots: readonly FreeSlot[], at: number): number {
  let low = 0;
  let high = slots.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((slots[middle]?.startsAt ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
