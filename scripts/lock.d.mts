export interface Holder {
  pid: number;
  identity?: string;
  url?: string;
}
export type LockResult =
  | { holder: Holder; release?: undefined; update?: undefined }
  | { holder?: undefined; release: () => void; update: (more: Record<string, unknown>) => void };
export function processIdentity(pid: number): string;
export function isRunning(pid: number, identity?: string): boolean;
export function lockHolder(path: string): Holder | undefined;
export function takeLock(path: string, info?: Record<string, unknown>): LockResult;
