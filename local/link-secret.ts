import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The key by which links to residents are signed on this machine, so that a link sent before a restart works after it.
 * @param folder the data folder, taken by this process
 * @returns what lies in its `link-secret`, readable by its owner alone; made when missing
 */
export async function linkSecret(folder: string): Promise<string> {
  const file = join(folder, 'link-secret');
  try {
    const kept = (await readFile(file, 'utf8')).trim();
    // Empty after a full disk, for one.
    if (kept !== '') return kept;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const made = randomBytes(48).toString('base64url');
  await writeFile(file, `${made}\n`, { mode: 0o600 });
  return made;
}
