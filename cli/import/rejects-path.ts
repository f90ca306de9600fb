import { realpathSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { PlainError } from '../../local/plain-error.ts';

/** Through links, so that two names of one file are known as such; a file that is not there yet is its own path. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}

/**
 * @param ending of the rejects file when nobody names one: `.csv` or `.jsonl`
 * @param asked what `--rejects` says
 * @returns where what was not taken goes; when nobody says, beside the file
 * @throws PlainError when that is the very file being read, which would lose every row that was taken
 */
export function rejectsPath(file: string, ending: string, asked: string | undefined): string {
  const path = asked ?? join(dirname(file), `${basename(file, extname(file))}.rejects${ending}`);
  if (realPath(path) === realPath(file))
    throw new PlainError(
      `--rejects ${path} 就是要读取的文件，会被覆盖；请另写一个文件名。`,
      `--rejects ${path} is the file that is read, and would be overwritten; name another file.`,
    );
  return path;
}
