import { userInfo } from 'node:os';

/** @returns who does this: the name that was given, else that of the account at this machine */
export function personHere(given: string | undefined): string {
  const name = given?.trim();
  if (name) return name;
  try {
    return process.env['SUDO_USER'] || userInfo().username;
  } catch {
    return 'cli'; // a container's number without an account
  }
}

/** The option that names whoever gives an order which is kept with a name. */
export const byOption = [
  '--by <name>',
  '谁下的令；省略则为本机账号 / who says so; default: the account at this machine',
] as const;
