export const root: string;
export function findTemporal(): string | undefined;
export function findTestServer(): string | undefined;
export function findChromium(): string | undefined;
