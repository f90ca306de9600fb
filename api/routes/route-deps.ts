import { OpenAPIHono } from '@hono/zod-openapi';
import type { Issue } from '../../domain/definition/issue-message.ts';
import type { JourneyId } from '../../domain/model/ids.ts';
import type { StoreDeps } from '../../store/deps.ts';
import type { ApiEnv } from '../context.ts';
import type { ClockPort } from '../deps.ts';
import type { ApiMetrics } from '../metrics.ts';
import type { PokeLane } from '../poke-soon.ts';
import { problemOfIssues } from '../problem/from-zod.ts';

/** What the routes share. */
export interface RouteDeps {
  readonly store: StoreDeps;
  readonly clocks: ClockPort;
  readonly metrics: ApiMetrics;
  /** Wakes a journey's clock; nobody waits for it. */
  readonly poke: (journey: JourneyId, lane?: PokeLane) => void;
  /** Takes up what has come into the inbox; nobody waits for it. */
  readonly drain: () => void;
}

/** @returns an empty set of routes whose wrong input is answered with every field that is wrong */
export const routes = (): OpenAPIHono<ApiEnv> =>
  new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (!result.success)
        throw problemOfIssues(
          result.error.issues as readonly Issue[],
          result.target,
          (result as { data?: unknown }).data,
        );
    },
  });
