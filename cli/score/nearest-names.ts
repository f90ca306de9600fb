/** @returns how many single-character edits turn one word into the other */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/** @returns up to three known names that somebody who wrote `word` may have meant, nearest first */
export function nearestNames(word: string, known: readonly string[]): string[] {
  const asked = word.toLowerCase().slice(0, 100);
  return known
    .map((name) => {
      const lower = name.toLowerCase();
      const contained = asked.length >= 3 && (lower.includes(asked) || asked.includes(lower));
      return { name, distance: contained ? 0 : editDistance(asked, lower) };
    })
    .filter(({ name, distance }) => distance <= Math.max(2, Math.floor(name.length / 3)))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ name }) => name);
}
