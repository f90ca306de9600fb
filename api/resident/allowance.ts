/** More keys than that are not kept: a flood of addresses must not fill the memory. */
const mostKeys = 20_000;

/**
 * How often something may be done in a window of time, for each key. In this process's memory: with several API
 * processes, each allows as much.
 */
export class Allowance {
  readonly #most: number;
  readonly #windowMs: number;
  readonly #now: () => number;
  readonly #used = new Map<string, { count: number; endsAt: number }>();

  constructor(most: number, windowMs: number, now: () => number = Date.now) {
    this.#most = most;
    this.#windowMs = windowMs;
    this.#now = now;
  }

  /** @returns how long to wait in milliseconds before the next is allowed; 0: now. Takes nothing. */
  waitMs(key: string): number {
    const used = this.#used.get(key);
    const left = used ? used.endsAt - this.#now() : 0;
    return used && left > 0 && used.count >= this.#most ? left : 0;
  }

  /** Counts one. */
  take(key: string): void {
    const now = this.#now();
    const used = this.#used.get(key);
    if (used && used.endsAt > now) {
      used.count += 1;
      return;
    }
    // The oldest window is the first: a key that begins anew goes to the end.
    this.#used.delete(key);
    for (const [oldest, { endsAt }] of this.#used) {
      if (endsAt > now && this.#used.size < mostKeys) break;
      this.#used.delete(oldest);
    }
    this.#used.set(key, { count: 1, endsAt: now + this.#windowMs });
  }
}
