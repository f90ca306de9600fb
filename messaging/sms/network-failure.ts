/** Before a connection stands nothing can have been handed over (errors of Node.js, of its TLS and of undici). */
const beforeConnection =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|UND_ERR_CONNECT_TIMEOUT|CERT_.*|ERR_TLS_.*|SELF_SIGNED_.*|DEPTH_ZERO_.*|UNABLE_TO_.*)$/u;

/** @returns the code of what went wrong on the network, and whether the request can have arrived */
export function networkFailure(error: unknown): { readonly code: string; readonly mayHaveArrived: boolean } {
  for (
    let cause: unknown = error, depth = 0;
    cause instanceof Error && depth < 5;
    cause = cause.cause, depth++
  ) {
    const { code, name } = cause as NodeJS.ErrnoException;
    if (typeof code === 'string') return { code, mayHaveArrived: !beforeConnection.test(code) };
    if (name === 'TimeoutError' || name === 'AbortError') return { code: name, mayHaveArrived: true };
    const first: unknown = cause instanceof AggregateError ? cause.errors[0] : undefined;
    if (first instanceof Error) return networkFailure(first);
  }
  return { code: error instanceof Error ? error.name : 'unknown', mayHaveArrived: true };
}

/** A mistake in a header must not keep messages for years: then the gateway is asked again. */
const LONGEST_PAUSE_MS = 3_600_000;

/** @returns how long a `Retry-After` in seconds or as a date asks to wait, in milliseconds; an hour at most */
export function retryAfterMs(header: string | null | undefined, now = Date.now()): number | undefined {
  if (!header) return undefined;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), LONGEST_PAUSE_MS) : undefined;
}
