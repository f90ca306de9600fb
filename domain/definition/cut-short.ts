/** @returns the text on one line and at most `most` characters long: a message quotes a value, not a whole file */
export function cutShort(text: string, most = 40): string {
  const line = text
    .slice(0, most * 10)
    .replaceAll(/\s+/gu, ' ')
    .trim();
  const characters = Array.from(line);
  return characters.length > most || text.length > most * 10
    ? `${characters.slice(0, most).join('')}…`
    : line;
}
