import type { JourneyId, StepRef } from '../domain/model/ids.ts';
import { stepIdOf } from '../domain/model/ids.ts';
import type { Localized } from '../domain/model/localized.ts';
import type { OutcomeRule } from '../domain/steps/kind.ts';
import type { StaffRole } from '../domain/model/role.ts';
import type { JourneyState, StepState } from '../domain/model/state.ts';
import { nextDeadline } from '../domain/transition/next-deadline.ts';
import { acceptedOutcomes } from '../domain/transition/record-outcome.ts';
import { scopeColumn, type Caller } from './caller.ts';
import { organisationOf } from './derived-rows.ts';
import type { StoreDeps } from './deps.ts';
import { checkSchema } from './journey-row.ts';
import { rows } from './sql.ts';

/** A step that somebody may act on now. */
export interface OpenStepView {
  readonly step: StepRef;
  readonly title: Localized;
  readonly state: StepState;
  readonly owner: { readonly role: StaffRole; readonly organisation: string; readonly staff: string | null };
  /** What may be recorded of it now, and what each needs. */
  readonly outcomes: readonly {
    readonly outcome: string;
    readonly title: Localized;
    readonly rule: OutcomeRule;
    readonly facts: readonly string[];
  }[];
}

export interface JourneyView {
  readonly id: JourneyId;
  readonly resident: { readonly id: string; readonly name: string };
  readonly pathway: string;
  readonly version: number;
  readonly title: Localized;
  readonly stageTitle: Localized;
  readonly state: JourneyState;
  readonly openSteps: readonly OpenStepView[];
  readonly nextDeadlineAt: number | null;
  readonly nextStep: StepRef | null;
  readonly enrolledAt: number;
  /** What the row says of its clock; compare it with what the workflow says. */
  readonly clock: {
    readonly armedUntil: number | null;
    readonly pokeSeq: number;
    readonly pokedSeq: number;
  };
}

interface Row {
  readonly state: JourneyState;
  readonly residentId: string;
  readonly residentName: string;
  readonly enrolledAt: number;
  readonly armedUntil: number | null;
  readonly pokeSeq: number;
  readonly pokedSeq: number;
}

/** @returns the journey with what may be done now and by whom; null when there is none that the caller may see */
export async function journeyById(
  deps: StoreDeps,
  caller: Caller,
  id: JourneyId,
): Promise<JourneyView | null> {
  const [row] = await rows<Row>(
    deps.pool,
    `journey-by-id-${caller.level}`,
    `select j.state, j.resident_id as "residentId", r.name as "residentName", j.enrolled_at as "enrolledAt",
       j.armed_until as "armedUntil", j.poke_seq as "pokeSeq", j.poked_seq as "pokedSeq"
     from journey j join resident r on r.id = j.resident_id
     where j.id = $1 and j.${scopeColumn(caller)} = $2::uuid`,
    [id, caller.organisation],
  );
  if (!row) return null;
  const { state } = row;
  checkSchema(state);
  const definition = await deps.definitions.get(state.definition, state.version);
  const openSteps: OpenStepView[] = [];
  for (const [ref, step] of Object.entries(state.steps) as [StepRef, StepState][]) {
    const known = definition.steps[stepIdOf(ref)];
    if (!known || (step.status !== 'open' && step.status !== 'scheduled')) continue;
    openSteps.push({
      step: ref,
      title: known.source.title,
      state: step,
      owner: {
        role: step.owner.role,
        organisation: organisationOf(step.owner.role, state.assignment),
        staff: step.owner.staff ?? null,
      },
      outcomes: acceptedOutcomes(known, step).flatMap((outcome) => {
        const found = known.outcomes[outcome];
        if (!found) return [];
        return [{ outcome, title: found.rule.title, rule: found.rule, facts: found.requires }];
      }),
    });
  }
  const next = nextDeadline(state);
  const stageTitle = definition.source.stages[state.stage]?.title;
  return {
    id,
    resident: { id: row.residentId, name: row.residentName },
    pathway: state.definition,
    version: state.version,
    title: definition.source.title,
    stageTitle: stageTitle ?? { zh: state.stage, en: state.stage },
    state,
    openSteps,
    nextDeadlineAt: next?.at ?? null,
    nextStep: next?.step ?? null,
    enrolledAt: row.enrolledAt,
    clock: { armedUntil: row.armedUntil, pokeSeq: row.pokeSeq, pokedSeq: row.pokedSeq },
  };
}

/** @returns the journeys of a resident that the caller may see, newest first */
export const journeysOf = (
  deps: Pick<StoreDeps, 'pool'>,
  caller: Caller,
  resident: string,
): Promise<
  {
    readonly id: JourneyId;
    readonly pathway: string;
    readonly version: number;
    readonly stage: string;
    readonly enrolledAt: number;
    readonly endedAt: number | null;
    readonly ending: string | null;
    readonly nextDeadlineAt: number | null;
  }[]
> =>
  rows(
    deps.pool,
    '',
    `select id, pathway, version, stage, enrolled_at as "enrolledAt", ended_at as "endedAt", ending,
       next_deadline_at as "nextDeadlineAt"
     from journey j where resident_id = $1 and j.${scopeColumn(caller)} = $2::uuid order by enrolled_at desc, id`,
    [resident, caller.organisation],
  );
