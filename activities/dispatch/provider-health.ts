import type { SendResult } from '../../messaging/port.ts';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** So many put off in a row, whatever each was told, and the provider is taken to be away. */
const AWAY_AFTER = 3;

/** The network failed, or the gateway takes nobody's messages: not the fault of this one. */
const concernsAll =
  /^(?:E(?:CONN|SOCKET|TIMEDOUT|DNS|AUTH|TLS|NOTFOUND|AI_|HOST|NET)|UND_ERR|CERT_|HTTP (?:401|403|404|429|503)\b|Throttling|TimeoutError)/u;

/** What is known of one provider in this process: whether it is worth while to give it anything. */
export interface ProviderHealth {
  /** How long it should be left alone; 0: it takes messages. Milliseconds. */
  waitMs(): number;
  /** True while the pause is one that the provider asked for: it is there, and will go on. */
  readonly isAsked: boolean;
  /** True after a pause: one message tells whether it takes them again. */
  readonly isOnTrial: boolean;
  /** @returns true when this answer says that the provider is away or asks for a pause */
  note(result: SendResult): boolean;
}

/** @param now milliseconds of a clock that never goes back */
export function createHealth(now = () => performance.now()): ProviderHealth {
  let awayUntil = 0;
  let inARow = 0;
  let pauses = 0;
  let isAsked = false;
  return {
    waitMs: () => Math.max(0, awayUntil - now()),
    get isAsked() {
      return isAsked && awayUntil > now();
    },
    get isOnTrial() {
      return pauses > 0;
    },
    note(result) {
      if (result.status === 'accepted' || result.status === 'refused') {
        inARow = 0;
        pauses = 0;
        return false;
      }
      inARow += 1;
      const asked = result.status === 'later' ? result.retryAfterMs : undefined;
      const away = asked !== undefined || concernsAll.test(result.reason) || inARow >= AWAY_AFTER;
      // Those that were under way at once failed for one reason, and make one pause.
      if (!away || awayUntil > now()) return away;
      pauses += 1;
      isAsked = asked !== undefined;
      awayUntil =
        now() + (asked ?? Math.min(FIRST_PAUSE_MS * 2 ** Math.min(pauses - 1, 10), LONGEST_PAUSE_MS));
      return true;
    },
  };
}
