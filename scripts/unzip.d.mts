import type { Buffer } from 'node:buffer';

export function readFromZip(archive: Uint8Array, wanted: (name: string) => boolean): Buffer | undefined;
