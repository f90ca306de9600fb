import {
  allHandlersFinished,
  condition,
  continueAsNew,
  isCancellation,
  log,
  setCurrentDetails,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { ClockLook, JourneyActivities } from '../activities/clock-answers.ts';
import { alarmClock } from './alarm-clock.ts';
import { hands } from './hands.ts';
import { journeyDetails } from './journey-details.ts';
import {
  type FactMessage,
  type JourneyView,
  journeyOfWorkflow,
  journeyQuery,
  pokeSignal,
  recordFactSignal,
  workStandingSignal,
} from './messages.ts';
import { patiently, persist, quickly } from './persist.ts';

/**
 * The durable clock and hands of one journey (workflow id `journey/<id>`). It decides nothing: it looks at the row,
 * starts the outside work that the row asks for, sets one timer on the nearest deadline, says so in the row, and
 * waits. It has no arguments and carries nothing over, so it may be started, lost and started again at any time.
 */
export async function journey(): Promise<void> {
  const id = journeyOfWorkflow(workflowInfo().workflowId);
  const facts: FactMessage[] = [];
  let seen: ClockLook | null = null;
  let poked = true;
  let due = false;
  let factUnderWay = false;
  let callsWaiting = 0;

  const work = hands(() => (poked = true));
  const clock = alarmClock(() => (due = true));
  const show = (): void => setCurrentDetails(journeyDetails(view()));
  const onWait = (waiting: boolean): void => {
    callsWaiting += waiting ? 1 : -1;
    show();
  };
  const call = <N extends keyof JourneyActivities>(name: N, args: Parameters<JourneyActivities[N]>) =>
    persist(name, args, onWait);

  setHandler(pokeSignal, () => {
    poked = true;
  });
  setHandler(recordFactSignal, (message) => {
    facts.push(message);
  });
  setHandler(workStandingSignal, (standing) => {
    work.note(standing);
    show();
  });
  setHandler(journeyQuery, view);

  function view(): JourneyView {
    return {
      pathway: seen?.pathway ?? null,
      stage: seen?.stage ?? null,
      stageTitle: seen?.stageTitle ?? null,
      waitingFor: callsWaiting > 0 ? 'database' : clock.deadline ? 'deadline' : 'nothing',
      armedUntil: clock.deadline?.at ?? null,
      armedUntilLocal: clock.deadline?.local ?? null,
      pokeSeq: seen?.pokeSeq ?? -1,
      factsWaiting: facts.length,
      outsideWork: work.view(),
    };
  }

  /** @returns 'over' when the journey has ended and the row has taken note of it */
  async function lookAndArm(): Promise<'armed' | 'over'> {
    for (let round = 0; ; round++) {
      // The row moved on between look and claim; that it does so again and again would be a fault, not a reason to spin.
      if (round >= 3) await sleep('1s');
      poked = false;
      seen = await call('look', [id]);
      if (!seen) {
        log.warn('no such journey in the record; the clock stops');
        clock.stop();
        return 'over';
      }
      work.begin(seen.outsideWork);
      if (seen.deadline) clock.set(seen.deadline);
      else clock.stop();
      show();
      // Before the claim: the claim of a worker that crashes may still be taken, and then the start must be on disk.
      await work.settled();
      const claim = { pokeSeq: seen.pokeSeq, armedUntil: seen.deadline?.at ?? null };
      if (await call('markArmed', [id, claim])) return seen.deadline ? 'armed' : 'over';
    }
  }

  async function serve(): Promise<void> {
    due = false;
    const { deadline, lookAgain } = await call('serveDeadline', [id]);
    if (lookAgain || !deadline || !seen) poked = true;
    if (poked || !deadline || !seen) return;
    clock.set(deadline);
    show();
    const claim = { pokeSeq: seen.pokeSeq, armedUntil: deadline.at };
    if (!(await call('markArmed', [id, claim]))) poked = true;
  }

  const factIsNext = (): boolean => facts.length > 0 && !factUnderWay;
  function factTaken(): void {
    facts.shift();
    poked = true;
  }

  /** A fact that cannot be recorded now is repeated beside the clock: it must never keep a deadline waiting. */
  async function takeFact(fact: FactMessage): Promise<void> {
    if (await quickly('recordFact', [id, fact])) return factTaken();
    factUnderWay = true;
    void patiently('recordFact', [id, fact], onWait).then(
      () => {
        factUnderWay = false;
        factTaken();
      },
      (error: unknown) => {
        if (!isCancellation(error)) throw error;
      },
    );
  }

  for (;;) {
    await condition(() => poked || due || factIsNext());
    if (due) await serve();
    while (factIsNext() && !due) await takeFact(facts[0]!);
    const place = poked ? await lookAndArm() : 'armed';
    const idle = (): boolean => !poked && !due && facts.length === 0 && allHandlersFinished();
    if (!idle()) continue;
    // A signal that arrives now makes the server refuse to close this run, and the task runs again with it.
    if (place === 'over') return;
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof journey>();
  }
}
