import { stepIdOf, type StepRef } from '../model/ids.ts';
import { contactDetails, contactDetailsId } from './contact-details.ts';
import type { StepDefinition } from './definition.ts';
import { messageInDoubt, messageInDoubtId } from './message-in-doubt.ts';

/** The steps that every pathway has without declaring them; no definition may use their names. */
export const builtInSteps: Readonly<Record<string, StepDefinition>> = {
  [contactDetailsId]: contactDetails,
  [messageInDoubtId]: messageInDoubt,
};

/** @returns true for an occurrence of a built-in step: it is work for the centre, and no part of the clinical road */
export const isBesideTheRoad = (ref: StepRef): boolean => Object.hasOwn(builtInSteps, stepIdOf(ref));
