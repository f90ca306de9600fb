/** How much background work does at once, and which part of the time it takes. */
export interface Stride {
  readonly atOnce: number;
  readonly share: number;
}

/** From the gentlest on. None is more than about twice the one before, so that one too many is not a leap. */
const strides: readonly [Stride, ...Stride[]] = [
  { atOnce: 1, share: 1 / 3 },
  { atOnce: 1, share: 1 / 2 },
  { atOnce: 1, share: 3 / 4 },
  { atOnce: 2, share: 3 / 4 },
  { atOnce: 3, share: 3 / 4 },
  { atOnce: 5, share: 3 / 4 },
  { atOnce: 8, share: 3 / 4 },
];

/** So many answers make a picture, which is as good as the worst of them but for a tenth. */
const pictureSize = 40;
const mayBeWorse = pictureSize / 10;
/** A command of staff takes some ten milliseconds; what an answer is slower by than this, they do not notice… */
const fine = (quietMs: number): number => quietMs * 1.4 + 3;
/** … and what it is slower by than this, they soon would. */
const slow = (quietMs: number): number => quietMs * 2 + 6;
/** Good pictures one after the other before another stride is tried. */
const goodBefore = 2;
/** After giving way: so long nothing is tried, and so long not again what was too much. */
const restMs = 5_000;
const cautionMs = 60_000;
/** A database that grows gets slower: by so much with each picture, what is called quiet may. */
const drift = 1.002;

export interface Pace {
  /** What may be done now. */
  stride(): Stride;
  /** @param ms how long a small call of our own took; such calls go on all the time, also while nothing is done */
  heard(ms: number): void;
  /** Somebody waits already: back to the gentlest at once. */
  giveWay(): void;
}

/**
 * How hard background work may go on machines that people use meanwhile: a stride longer whenever small calls of its
 * own have been answered for a while as quickly as they ever were, and back to the gentlest at once when they are not,
 * whoever is to blame.
 */
export function createPace({
  now = () => performance.now(),
}: {
  /** A steady clock, milliseconds. */
  readonly now?: () => number;
} = {}): Pace {
  let at = 0;
  let picture: number[] = [];
  let good = 0;
  let quietMs = Number.POSITIVE_INFINITY;
  let restUntil = Number.NEGATIVE_INFINITY;
  let ceiling = strides.length - 1;
  let ceilingUntil = Number.NEGATIVE_INFINITY;

  function giveWay(): void {
    restUntil = now() + restMs;
    if (at > 0) {
      ceiling = at - 1;
      ceilingUntil = now() + cautionMs;
    }
    at = 0;
    good = 0;
    picture = [];
  }

  function judge(): void {
    const ms = picture.toSorted((a, b) => a - b)[pictureSize - mayBeWorse - 1] ?? 0;
    picture = [];
    // Measured at the gentlest alone: otherwise the work would take its own weight for what is usual.
    if (at === 0) quietMs = Math.min(quietMs * drift, ms);
    good = ms <= fine(quietMs) ? good + 1 : 0;
    if (good < goodBefore || now() < restUntil) return;
    good = 0;
    at = Math.min(at + 1, now() < ceilingUntil ? ceiling : strides.length - 1);
  }

  return {
    stride: () => strides[at] ?? strides[0],
    heard(ms) {
      picture.push(ms);
      // Whoever is kept waiting does not wait for the picture to be whole.
      if (at > 0 && picture.filter((one) => one > slow(quietMs)).length > mayBeWorse) giveWay();
      else if (picture.length === pictureSize) judge();
    },
    giveWay,
  };
}
