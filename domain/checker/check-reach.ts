import { own } from '../definition/own.ts';
import { say, type Localized } from '../model/localized.ts';
import { entrySteps, type CheckContext, type StepEntry } from './context.ts';
import { enrolment, explore, maxSets, type Exploration } from './explore.ts';
import { clockTime, journeyGraph, type Edge, type JourneyGraph } from './journey-graph.ts';
import { error, warning, type Problem } from './problem.ts';

/** @returns what is wrong with where a journey can go: it must never be forgotten, nor without a way to an ending */
export function checkReach(context: CheckContext): Problem[] {
  const graph = journeyGraph(context);
  const seen = explore(graph, [enrolment(graph)]);
  if (seen.tooMany) return [tooMany()];
  const problems = [
    ...unanswered(context, seen),
    ...seen.stranded.map(({ subject, story }) => stranded(context, subject, story)),
    ...unanchored(seen),
    ...unknowing(seen),
  ];
  if (problems.length > 0) return problems;
  const later = [...endless(seen), ...unreachable(context, seen)];
  return later.length > 0 ? later : takenOver(graph);
}

const tooMany = (): Problem =>
  error(
    'too-many-sets',
    ['stages'],
    say(
      `同时打开的步骤组合超过 ${maxSets} 种，无法逐一检查。`,
      `There are more than ${maxSets} sets of steps that can be open together; they cannot all be checked.`,
    ),
    say(
      '请减少并行的步骤，或让进入新阶段时关闭旧步骤。',
      'Open fewer steps side by side, or let entering a stage close those before it.',
    ),
  );

/** @returns "is missed (day 14 + 10 working days)" and the like */
function happens(context: CheckContext, step: StepEntry, outcome: string): Localized {
  const time = clockTime(context, step, outcome);
  const title = own(step.rules, outcome)?.title ?? say(outcome, outcome);
  const verb =
    outcome === 'missed' ? 'can be missed' : outcome === 'expired' ? 'can expire' : `can end in "${outcome}"`;
  return say(
    `${step.id}（${step.step.title.zh}）可能“${title.zh}”${time ? `（${time.zh}）` : ''}`,
    `${step.id} ${verb}${time ? ` (${time.en})` : ''}`,
  );
}

function unanswered(context: CheckContext, seen: Exploration): Problem[] {
  const problems: Problem[] = [];
  for (const entry of context.steps.values())
    for (const [outcome, rule] of Object.entries(entry.rules)) {
      if (!rule.required || own(entry.step.outcomes, outcome) !== undefined) continue;
      const told = happens(context, entry, outcome);
      const before = seen.firstOpen.get(entry.id);
      problems.push(
        error(
          'outcome-unanswered',
          [...entry.path, 'outcomes'],
          say(
            `${told.zh}，但没有写之后怎么办：居民会被遗忘。`,
            `${told.en}, and nothing is said about what follows: the resident would be forgotten.`,
          ),
          say(`请写明“${outcome}”之后的下一步。`, `Say what happens after \`${outcome}\`.`),
          { atKey: true, story: [...(before ?? []), told] },
        ),
      );
    }
  return problems;
}

function stranded(context: CheckContext, edge: Edge, story: readonly Localized[]): Problem {
  const told = happens(context, edge.step, edge.outcome);
  return error(
    edge.stays ? 'stay-with-nothing-open' : 'stranded',
    edge.path,
    say(
      `${told.zh}，之后没有任何步骤打开：居民会被遗忘。`,
      `${told.en} and then nothing is open: the resident would be forgotten.`,
    ),
    edge.stays
      ? say(
          'stay 只有在别的步骤肯定还开着时才可用；请打开一个步骤或结束。',
          '"stay" is only for when something else is surely open; open a step or end the journey.',
        )
      : say(
          `请在“${edge.outcome}”之后打开一个步骤、进入一个阶段或结束。`,
          `Open a step, enter a stage or end the journey after \`${edge.outcome}\`.`,
        ),
    { story },
  );
}

const unanchored = (seen: Exploration): Problem[] =>
  seen.unanchored.map(({ subject: { step, anchor, path }, story }) =>
    error(
      'anchor-not-marked',
      path,
      say(
        `“${step.id}”从“${anchor}”起算，但打开时它可能还没有发生。`,
        `"${step.id}" counts from "${anchor}", which may not have happened when it opens.`,
      ),
      say(
        `请在打开它之前写 marks: ${anchor}，或改从打开之时起算。`,
        `Write marks: ${anchor} before it opens, or count from its opening.`,
      ),
      { story },
    ),
  );

const unknowing = (seen: Exploration): Problem[] =>
  seen.unknowing.map(({ subject: { path, facts }, story }) =>
    error(
      'facts-not-known',
      path,
      say(
        `这里的条件需要 ${facts.join('、')}，但那时可能还不知道，于是一个都不成立。`,
        `The conditions here need ${facts.join(', ')}, which may not be known then, so that none of them holds.`,
      ),
      say(
        '请以 otherwise 结尾，或在 records 下要求先记录。',
        'End the list with "otherwise", or have the facts recorded before, under "records".',
      ),
      { story },
    ),
  );

function endless({ endless: found }: Exploration): Problem[] {
  if (!found) return [];
  const names = found.subject.map(({ id }) => id);
  return [
    error(
      'no-way-to-an-ending',
      found.subject[0]?.path ?? ['stages'],
      say(
        `一旦打开的是 ${names.join('、')}，旅程就永远不能结束。`,
        `Once ${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} what is open, the journey can never end.`,
      ),
      say('请让其中某个结局通向 end。', 'Let some outcome from there on lead to an "end".'),
      { story: found.story },
    ),
  ];
}

function unreachable({ source, steps }: CheckContext, seen: Exploration): Problem[] {
  const stages = Object.keys(source.stages)
    .filter((stage) => !seen.reachedStages.has(stage) && !stepsReached(stage, steps, seen))
    .map((stage) =>
      error(
        'unreachable-stage',
        ['stages', stage],
        say(`没有任何路径进入阶段“${stage}”。`, `Nothing leads into the stage "${stage}".`),
        say('请在某个结局写 enter，或删除该阶段。', 'Write "enter" at some outcome, or remove the stage.'),
        { atKey: true },
      ),
    );
  const silent = new Set(stages.map(({ path }) => path[1]));
  const lost = [...steps.values()].filter(
    ({ id, stage }) => !seen.reachedSteps.has(id) && !silent.has(stage),
  );
  return [
    ...stages,
    ...lost.map(({ id, path }) =>
      error(
        'unreachable-step',
        path,
        say(`没有任何路径打开步骤“${id}”。`, `Nothing ever opens the step "${id}".`),
        say(
          '请在某个结局写 open，或把它列入阶段的 entry，或删除。',
          'Write "open" at some outcome, list it under the stage\'s "entry", or remove it.',
        ),
        { atKey: true },
      ),
    ),
  ];
}

const stepsReached = (stage: string, steps: CheckContext['steps'], seen: Exploration): boolean =>
  [...steps.values()].some((entry) => entry.stage === stage && seen.reachedSteps.has(entry.id));

/** A journey taken over in the middle has none of the steps open that others may have brought along from earlier stages. */
function takenOver(graph: JourneyGraph): Problem[] {
  const starts = new Map(
    Object.keys(graph.context.source.stages).map((stage) => {
      const told = say(
        `接管一名已处于“${stage}”阶段的居民`,
        `A resident already in the stage "${stage}" is taken over`,
      );
      return [told, { stage, told, known: 'everything' } as const];
    }),
  );
  return explore(graph, [...starts.values()]).stranded.map(({ subject, story }) => {
    const { code, path, message, remedy } = stranded(graph.context, subject, story);
    const start = story[0] && starts.get(story[0]);
    const more = start ? adoptionNeeds(graph, start.stage) : say('', '');
    return warning(code, path, message, say(remedy.zh + more.zh, `${remedy.en}${more.en}`), { story });
  });
}

/** What whoever takes a resident over has to bring: without its anchors, deadlines would count from that very day. */
function adoptionNeeds(graph: JourneyGraph, stage: string): Localized {
  const seen = explore(graph, [{ stage, told: say('', ''), known: 'facts' }]);
  const anchors = [...new Set(seen.unanchored.map(({ subject }) => subject.anchor))];
  const steps = entrySteps(graph.context.source, stage).join(', ');
  return say(
    `接管进入“${stage}”只打开 ${steps}${anchors.length > 0 ? `，并须给出锚点的日期：${anchors.join('、')}` : '，不需要锚点'}。`,
    ` Taking over into "${stage}" opens ${steps} alone${anchors.length > 0 ? `, and must give the dates of its anchors: ${anchors.join(', ')}` : ', and needs no anchor'}.`,
  );
}
