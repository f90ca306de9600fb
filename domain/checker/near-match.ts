import { say, type Localized } from '../model/localized.ts';

/** Edits (insert, delete, replace, swap of neighbours) that turn one word into the other. */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(at(rows, i - 1, j) + 1, (row[j - 1] ?? 0) + 1, at(rows, i - 1, j - 1) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, at(rows, i - 2, j - 2) + 1);
      row.push(best);
    }
    rows.push(row);
  }
  return at(rows, a.length, b.length);
}

const at = (rows: readonly (readonly number[])[], i: number, j: number): number => rows[i]?.[j] ?? 0;

/** @returns the word of the list that was probably meant, if one is near */
export function nearMatch(word: string, among: readonly string[]): string | undefined {
  const lower = word.toLowerCase();
  let best: { word: string; distance: number } | undefined;
  for (const candidate of among) {
    // Slips at the first letter are rare.
    const slip = lower[0] === candidate[0]?.toLowerCase() ? 0 : 0.5;
    const distance = editDistance(lower, candidate.toLowerCase()) + slip;
    if (!best || distance < best.distance) best = { word: candidate, distance };
  }
  if (!best || best.distance >= Math.min(word.length, best.word.length)) return undefined;
  return best.distance <= Math.ceil(word.length / 3) ? best.word : undefined;
}

const listedAtMost = 12;

/** @returns "did you mean …", or else the list of what is accepted */
export function suggestion(word: string, among: readonly string[]): Localized {
  const near = nearMatch(word, among);
  if (near !== undefined) return say(`您是否想写“${near}”？`, `Did you mean "${near}"?`);
  if (among.length === 0) return say('这里没有任何可用的名称。', 'There is none to choose from here.');
  const shown = among.slice(0, listedAtMost).join(', ') + (among.length > listedAtMost ? ', …' : '');
  return say(`可用：${shown}。`, `Known here: ${shown}.`);
}
