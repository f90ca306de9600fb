import type { Caller } from '../store/caller.ts';
import type { Locale } from '../domain/model/localized.ts';

/** What the middleware has found out about a request before a route sees it. */
export interface ApiEnv {
  Variables: {
    requestId: string;
    locale: Locale;
    caller: Caller;
    /** For the log: the journey that the request was about. */
    journey: string;
  };
}
