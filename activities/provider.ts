import type { FactValue } from '../domain/model/fact.ts';
import type { WorkId } from '../domain/model/ids.ts';
import type { OutsideWorkFinished } from '../domain/model/event.ts';

type Done = Extract<OutsideWorkFinished['result'], { status: 'done' }>;

/**
 * What another system answered. `refused` is final: repeating the same request cannot help, a person must. So is
 * `impossible`: it says that it did the work, and what it says of it cannot be.
 */
export type Outcome = Done | { readonly status: 'refused' | 'impossible'; readonly reason: string };

export type ProviderRequest = Readonly<Record<string, FactValue>>;

/** A system that does work for a journey: books, pays, sends a referral. */
export interface OutsideWorkProvider {
  /**
   * Does the work at most once per key, however often it is called.
   * @throws NotSent when it certainly did not arrive, OutcomeUnknown when it may have
   */
  start(key: WorkId, request: ProviderRequest): Promise<Outcome>;
  /** What became of that key. @throws NotSent, or OutcomeUnknown while it is still being worked on */
  ask(key: WorkId): Promise<Outcome | 'unknown-key'>;
}

/** Stable codes, since they go into Temporal's history; the provider's own words stay out of it. */
export type WorkTrouble =
  'provider-away' | 'provider-busy' | 'outcome-unknown' | 'provider-unknown' | 'outgoing-held';

/** The request certainly did not arrive. */
export class NotSent extends Error {
  override readonly name = 'NotSent';
  readonly code: WorkTrouble;
  constructor(code: 'provider-away' | 'provider-busy', options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}

/** The request may have been carried out: ask before repeating it. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown';
  readonly code: WorkTrouble = 'outcome-unknown';
  constructor(options?: ErrorOptions) {
    super('outcome-unknown', options);
  }
}
