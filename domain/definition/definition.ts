import type { Condition } from '../condition/condition.ts';
import type { ConditionEnvironment } from '../condition/environment.ts';
import type { Duration } from '../model/duration.ts';
import type { EndingKind } from '../model/state.ts';
import type { StaffRole, TellTarget } from '../model/role.ts';
import type { OutcomeRule, StepKind, StepKindName } from '../steps/kind.ts';
import type { DefinitionSource, StepSource } from './source.ts';
import type { StepSettings } from './step-settings.ts';

/** One published version of a pathway, compiled: what `transition` runs. */
export interface Definition {
  readonly id: string;
  readonly version: number;
  readonly source: DefinitionSource;
  readonly environment: ConditionEnvironment;
  readonly firstStage: string;
  /** Steps that open on entering each stage. */
  readonly entries: Readonly<Record<string, readonly string[]>>;
  /** Those of the source, and the built-in ones. */
  readonly steps: Readonly<Record<string, StepDefinition>>;
}

/**
 * Every step has every property, in one order, whether or not its source gives it: `transition` reads them with every
 * event, and an engine finds what is always in the same place at once.
 */
export interface StepDefinition {
  readonly id: string;
  readonly stage: string;
  readonly kind: StepKindName;
  readonly rules: StepKind;
  readonly source: StepSource;
  readonly owner: StaffRole;
  /** In order; the last has no condition. Empty for a notice, and for a series that is due at its planned point. */
  readonly due: readonly DueCase[];
  readonly anchor: string | undefined;
  readonly lead: Duration | undefined;
  readonly ladder: Ladder;
  readonly timeout: { readonly outcome: string; readonly after: Duration } | undefined;
  /** Series: planned points as lengths of time after the anchor, increasing. */
  readonly schedule: readonly Duration[];
  readonly outcomes: Readonly<Record<string, OutcomeDefinition>>;
  readonly settings: StepSettings;
}

export interface DueCase {
  readonly when?: Condition;
  readonly in: Duration;
}

export interface Ladder {
  readonly rungs: readonly {
    readonly after: Duration;
    readonly tell: TellTarget;
    readonly template: string | undefined;
    /** Its notice leaves at once, to a member of staff as well. */
    readonly urgent: boolean;
  }[];
  readonly repeat: Duration;
}

export interface OutcomeDefinition {
  readonly rule: OutcomeRule;
  /** Facts that must come with it. */
  readonly requires: readonly string[];
  /** Optional facts that may come with it; one that does not come is no longer known, rather than left over from last time. */
  readonly renews: readonly string[];
  /** In order; the last has no condition, unless they are provably exhaustive. Empty for an interim outcome left unanswered. */
  readonly branches: readonly Branch[];
}

export interface Branch {
  readonly when?: Condition;
  readonly consequence: Consequence;
}

export interface Consequence {
  readonly marks?: string;
  readonly cancel: readonly string[];
  readonly end?: EndingKind;
  readonly enter?: string;
  readonly open: readonly { readonly step: string; readonly in?: string; readonly from?: string }[];
  readonly next: boolean;
}
