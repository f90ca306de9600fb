/** An error meant for the person at the terminal: what is wrong and the remedy, Chinese then English, no stack. */
export class PlainError extends Error {
  override name = 'PlainError';
  constructor(zh: string, en: string) {
    super(`${zh}\n${en}`);
  }
}

const CANNOT_BE_WRITTEN = new Set([
  'EACCES',
  'EPERM',
  'EROFS',
  'EEXIST',
  'ENOTDIR',
  'EISDIR',
  'ENOENT',
  'ELOOP',
  'ENAMETOOLONG',
]);

/**
 * What a person can do about an error of the file system in the data folder.
 * @returns the error as it came when it is none of those that another folder cures
 */
export function asFolderError(error: unknown, folder: string): unknown {
  const { code = '', path = '' } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC') return fullDisk(folder);
  if (!CANNOT_BE_WRITTEN.has(code) || !path) return error;
  if (!path.startsWith(folder) && !folder.startsWith(path)) return error;
  const where = path === folder ? '' : `（${path}）`;
  return new PlainError(
    `无法使用数据目录 ${folder}${where}：它是一个文件、不可写，或无法创建（${code}）。请用 YILU_HOME 指定一个可写的目录。`,
    `The data folder ${folder}${where && ` (${path})`} cannot be used: it is a file, cannot be written, or cannot be made (${code}). Point YILU_HOME at a folder that can be written.`,
  );
}

export const fullDisk = (folder: string): PlainError =>
  new PlainError(
    `磁盘已满：${folder} 所在磁盘空间不足。请腾出至少 1 GB，或用 YILU_HOME 指定另一个磁盘上的目录，再启动。`,
    `The disk is full: there is no room left for ${folder}. Free at least 1 GB, or point YILU_HOME at a folder on another disk, and start again.`,
  );
