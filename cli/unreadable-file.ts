import { PlainError } from '../local/plain-error.ts';

/** @returns why a file cannot be read, in a sentence */
export function unreadableFile(path: string, error: unknown): PlainError {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return new PlainError(`找不到文件 ${path}。`, `There is no file ${path}.`);
  if (code === 'EISDIR') return notAFile(path);
  if (code === 'EACCES' || code === 'EPERM')
    return new PlainError(
      `没有权限读取文件 ${path}；请检查其权限。`,
      `The file ${path} may not be read by you; look at its permissions.`,
    );
  return new PlainError(`无法读取 ${path}：${message}`, `Cannot read ${path}: ${message}`);
}

export const notAFile = (path: string): PlainError =>
  new PlainError(`${path} 不是文件。`, `${path} is not a file.`);
