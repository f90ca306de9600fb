import { parseDuration } from '../model/duration.ts';
import type { Localized } from '../model/localized.ts';
import type { TellTarget } from '../model/role.ts';
import { task } from '../steps/task.ts';
import type { Ladder, OutcomeDefinition, StepDefinition } from './definition.ts';
import type { StepSource } from './source.ts';
import { stepSettings } from './step-settings.ts';

const rung = (after: string, tell: TellTarget): Ladder['rungs'][number] => ({
  after: parseDuration(after),
  tell,
  template: undefined,
  urgent: false,
});

// Confirm: this ladder is a proposal until a district has said what it can do.
const ladder: Ladder = {
  rungs: [rung('0wd', 'owner'), rung('2wd', 'centre-manager'), rung('5wd', 'district-coordinator')],
  repeat: parseDuration('7d'),
};

const leadsNowhere = (title: Localized): OutcomeDefinition => ({
  rule: { title, required: false },
  requires: [],
  renews: [],
  branches: [{ consequence: { cancel: [], open: [], next: false } }],
});

/**
 * @param due such as `3wd`
 * @param outcomes their titles; none of them leads anywhere
 * @returns a step that is the centre's work and no part of the clinical road: it waits beside whatever else is open,
 *   goes along from stage to stage, and changes nothing about where the journey stands
 */
export function centreTask(
  id: string,
  title: Localized,
  due: string,
  outcomes: Readonly<Record<string, Localized>>,
): StepDefinition {
  const source: StepSource = {
    kind: 'task',
    title,
    owner: 'centre-nurse',
    due: { in: due, confirm: true },
    continues: true,
    outcomes: Object.fromEntries(Object.keys(outcomes).map((name) => [name, { stay: true }])),
    confirm: true,
  };
  return {
    id,
    // Of no stage: it belongs to the person's record.
    stage: '',
    kind: 'task',
    rules: task,
    source,
    owner: 'centre-nurse',
    due: [{ in: parseDuration(due) }],
    anchor: undefined,
    lead: undefined,
    ladder,
    timeout: undefined,
    schedule: [],
    outcomes: Object.fromEntries(
      Object.entries(outcomes).map(([name, words]) => [name, leadsNowhere(words)]),
    ),
    settings: stepSettings(source),
  };
}
