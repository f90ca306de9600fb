import { parseDuration } from '../model/duration.ts';
import type { StepRef } from '../model/ids.ts';
import { say } from '../model/localized.ts';
import { task } from '../steps/task.ts';
import type { Ladder, OutcomeDefinition, StepDefinition } from './definition.ts';
import type { StepSource } from './source.ts';

/** The one step that every pathway has without declaring it; no definition may use its name. */
export const contactDetailsId = 'contact-details';

/** @returns true for an occurrence of the built-in step: it is work for the centre, and no part of the clinical road */
export const isContactDetails = (ref: StepRef): boolean => ref.startsWith(`${contactDetailsId}#`);

// Confirm: three working days, and the ladder below, are a proposal until a district has said what it can do.
const due = '3wd';
const ladder: Ladder = {
  rungs: [
    { after: parseDuration('0wd'), tell: 'owner' },
    { after: parseDuration('2wd'), tell: 'centre-manager' },
    { after: parseDuration('5wd'), tell: 'district-coordinator' },
  ],
  repeat: parseDuration('7d'),
};

const source: StepSource = {
  kind: 'task',
  title: say('更正联系方式', 'Correct the contact details'),
  owner: 'centre-nurse',
  due: { in: due, confirm: true },
  continues: true,
  outcomes: { corrected: { stay: true }, unreachable: { stay: true } },
  confirm: true,
};

const leadsNowhere = (zh: string, en: string): OutcomeDefinition => ({
  rule: { title: say(zh, en), required: false },
  requires: [],
  renews: [],
  branches: [{ consequence: { cancel: [], open: [], next: false } }],
});

/**
 * Opened when a message cannot be delivered because the address is wrong. It waits beside whatever else is open, goes
 * along from stage to stage, and changes nothing about the road.
 */
export const contactDetails: StepDefinition = {
  id: contactDetailsId,
  // Of no stage: it belongs to the person's record.
  stage: '',
  kind: 'task',
  rules: task,
  source,
  owner: 'centre-nurse',
  due: [{ in: parseDuration(due) }],
  ladder,
  schedule: [],
  outcomes: {
    corrected: leadsNowhere('已更正', 'Corrected'),
    unreachable: leadsNowhere('联系不上', 'Unreachable'),
  },
};
