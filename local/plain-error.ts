/** An error meant for the person at the terminal: what is wrong and the remedy, Chinese then English, no stack. */
export class PlainError extends Error {
  override name = 'PlainError';
  constructor(zh: string, en: string) {
    super(`${zh}\n${en}`);
  }
}

export const fullDisk = (folder: string): PlainError =>
  new PlainError(
    `磁盘已满：${folder} 所在磁盘空间不足。请腾出至少 1 GB，或用 YILU_HOME 指定另一个磁盘上的目录，再启动。`,
    `The disk is full: there is no room left for ${folder}. Free at least 1 GB, or point YILU_HOME at a folder on another disk, and start again.`,
  );
