/** PostgreSQL cannot be reached, or did not answer in time. What was not acknowledged may be sent again with the same id. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  /** For the caller's `Retry-After`. */
  readonly retryAfterSeconds = 2;
  constructor(cause: unknown) {
    const said = cause instanceof Error ? cause.message : String(cause);
    super(`数据库暂时不可用，请稍后重试。PostgreSQL is not available now; try again shortly. (${said})`, {
      cause,
    });
  }
}

/** The same idempotency key came with another body, or for another journey. */
export class EventIdReused extends Error {
  override readonly name = 'EventIdReused';
  readonly eventId: string;
  constructor(eventId: string) {
    super(
      `标识“${eventId}”已用于另一内容；新的操作请使用新的标识。` +
        `The id "${eventId}" was used before with another body; use a new id for a new command.`,
    );
    this.eventId = eventId;
  }
}

/** There is no such thing, or not within what the caller may see: the two are not told apart. */
export class NotFound extends Error {
  override readonly name = 'NotFound';
  readonly what: string;
  readonly id: string;
  constructor(what: string, id: string) {
    super(`找不到 ${what}“${id}”。There is no ${what} "${id}" that you may see.`);
    this.what = what;
    this.id = id;
  }
}

/** The row was written by a later release; an older process must not misread it. */
export class StateTooNew extends Error {
  override readonly name = 'StateTooNew';
  constructor(journey: string, schema: number, known: number) {
    super(
      `旅程 ${journey} 的状态格式为第 ${schema} 版，本程序只认识到第 ${known} 版；请升级程序。` +
        `Journey ${journey} has a state of schema ${schema}; this program knows up to ${known}: upgrade it.`,
    );
  }
}

/** What was asked cannot be done with the records as they are. */
export class Conflict extends Error {
  override readonly name = 'Conflict';
}

/** Taking up a journey while the resident has begun the same pathway anew. */
export class AnotherJourneyOpen extends Conflict {
  constructor() {
    super(
      '该居民在此路径上已有另一个进行中的旅程；请在那个旅程上继续，或先结束它。' +
        'The resident has another open journey on this pathway: go on with that one, or end it first.',
    );
  }
}

const unavailableCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '57014', // query_canceled, by statement_timeout
  '40001', // serialization_failure
  '40P01', // deadlock_detected: the other one went on, this one may be sent again
  '55P03', // lock_not_available, by lock_timeout
  '53300', // too_many_connections
  '53100', // disk_full
  '25006', // read_only_sql_transaction, on a standby
]);

const unavailableMessages =
  /connection terminated|timeout exceeded when trying to connect|query read timeout|client has encountered a connection error|client was closed|connection timeout|cannot use a pool after calling end/iu;

/** @returns the error as the store's callers know it: {@link StoreUnavailable} for everything that passes by itself */
export function asStoreError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof StoreUnavailable) return error;
  const { code } = error as { code?: string };
  const passing =
    code === undefined
      ? unavailableMessages.test(error.message)
      : unavailableCodes.has(code) || code.startsWith('08');
  const causes = error instanceof AggregateError ? error.errors : [];
  return passing || causes.some((cause) => asStoreError(cause) instanceof StoreUnavailable)
    ? new StoreUnavailable(error)
    : error;
}

/** @returns true for a unique violation, of the named constraint or index if one is given */
export const isDuplicate = (error: unknown, constraint?: string): boolean => {
  const { code, constraint: named } = error as { code?: string; constraint?: string };
  return code === '23505' && (constraint === undefined || named === constraint);
};

/** SQLSTATE classes of what a server in trouble answers: connection, resources, operator, system, internal. */
const troubleClasses = new Set(['08', '53', '57', '58', 'XX']);

/**
 * @returns true when the same may succeed later: the database is in trouble, or a newer release has to do it. Anything
 *   else fails again however often it is repeated
 */
export function waitingHelps(error: unknown): boolean {
  if (error instanceof StoreUnavailable || error instanceof StateTooNew) return true;
  if (asStoreError(error) instanceof StoreUnavailable) return true;
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && code.length === 5 && troubleClasses.has(code.slice(0, 2));
}
