/**
 * @returns enough of an address to tell it from another, and not enough to write to it: `138****1234` for a telephone
 *   number, `a***@example.org` for email
 */
export function maskedAddress(address: string): string {
  const at = address.lastIndexOf('@');
  if (at > 0) return `${address.slice(0, 1)}***${address.slice(at)}`;
  const number = address.replace(/^\+86/u, '');
  // A number too short to be anybody's shows nothing of itself.
  return number.length < 8 ? '****' : `${number.slice(0, 3)}****${number.slice(-4)}`;
}
