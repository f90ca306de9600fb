/** A named path of lung.yaml: where the journey starts, and six commands that staff give. */
export interface LungPath {
  readonly name: string;
  readonly pokes: number;
  readonly stage: string;
  readonly commands: (now: number) => readonly object[];
}

const dayMs = 86_400_000;
const record = (step: string, outcome: string, more: object = {}): object => ({
  kind: 'recordOutcome',
  step,
  outcome,
  ...more,
});

/** From the diagnostic plan to the MDT: no deadline comes before the first one, so no command wakes the clock. */
const workUp: LungPath = {
  name: 'work-up to MDT',
  pokes: 0,
  stage: 'diagnosis',
  commands: () => [
    record('diagnostic-plan#1', 'contrastCt'),
    record('contrast-ct#1', 'attended'),
    record('imaging-report#1', 'reported'),
    record('diagnostic-plan#2', 'biopsy'),
    record('biopsy#1', 'attended'),
    record('pathology-result#1', 'reported', { facts: { pathology: 'malignant' } }),
  ],
};

/** Somebody who cannot be reached: the review is due sooner than the visits were, and the journey ends. */
const outreach: LungPath = {
  name: 'outreach to refusal',
  pokes: 2,
  stage: 'outreach',
  commands: () => [
    record('home-visit#1', 'unreachable'),
    record('second-attempt#1', 'unreachable'),
    record('third-attempt#1', 'unreachable'),
    record('contact-review#1', 'tryAgain'),
    record('home-visit#2', 'unreachable'),
    record('second-attempt#2', 'declined'),
  ],
};

/** The worst there is: an appointment that is moved forward five times, each of them earlier than the clock is set. */
const rebooked: LungPath = {
  name: 'CT moved forward',
  pokes: 6,
  stage: 'imaging',
  commands: (now) =>
    [12, 11, 10, 9, 8, 7].map((days, i) =>
      record('ldct#1', i === 0 ? 'booked' : 'rebooked', {
        appointmentAt: new Date(now + days * dayMs).toISOString(),
      }),
    ),
};

export const lungPaths: readonly LungPath[] = [workUp, outreach, rebooked];
