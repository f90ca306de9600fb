const emptyKey = 0;

/** A person as a number below 2^53: area, days and sequence of the identity number; its check character adds nothing. */
const keyOf = (identityNumber: string): number => {
  const days = Math.floor(
    Date.UTC(
      Number(identityNumber.slice(6, 10)),
      Number(identityNumber.slice(10, 12)) - 1,
      Number(identityNumber.slice(12, 14)),
    ) / 86_400_000,
  );
  return (
    1 +
    (Number(identityNumber.slice(0, 6)) * 100_000 + days + 65_000) * 1_000 +
    Number(identityNumber.slice(14, 17))
  );
};

/**
 * In which row of a file each person came first. Twelve bytes and their slack for each person, so that a file of
 * millions fits where a map of texts would not.
 */
export class SeenPeople {
  #keys = new Float64Array(1 << 12);
  #rows = new Uint32Array(1 << 12);
  #size = 0;

  /** @returns the row in which the person came before; undefined the first time, which is remembered */
  seen(identityNumber: string, row: number): number | undefined {
    if (this.#size * 2 >= this.#keys.length) this.#grow();
    const key = keyOf(identityNumber);
    const slot = this.#slot(key);
    if (this.#keys[slot] !== emptyKey) return this.#rows[slot];
    this.#keys[slot] = key;
    this.#rows[slot] = row;
    this.#size += 1;
    return undefined;
  }

  #slot(key: number): number {
    const mask = this.#keys.length - 1;
    let slot = (Math.imul((key % 4_294_967_291) | 0, 0x9e3779b1) >>> 8) & mask;
    while (this.#keys[slot] !== emptyKey && this.#keys[slot] !== key) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const [keys, rows] = [this.#keys, this.#rows];
    this.#keys = new Float64Array(keys.length * 2);
    this.#rows = new Uint32Array(rows.length * 2);
    keys.forEach((key, i) => {
      if (key === emptyKey) return;
      const slot = this.#slot(key);
      this.#keys[slot] = key;
      this.#rows[slot] = rows[i] ?? 0;
    });
  }
}
