import type { StepSource } from './source.ts';

/** What of a step's source `transition` reads with every event. */
export type StepSettings = {
  readonly [
    Name in 'outside' | 'service' | 'template' | 'tell' | 'urgent' | 'continues' | 'scores' | 'form'
  ]: StepSource[Name] | undefined;
};

/** @returns them, each of them there whether or not the source gives it, and always in the same order */
export const stepSettings = (source: StepSource): StepSettings => ({
  outside: source.outside,
  service: source.service,
  template: source.template,
  tell: source.tell,
  urgent: source.urgent,
  continues: source.continues,
  scores: source.scores,
  form: source.form,
});
