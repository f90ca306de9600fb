import { journeyWorkflowId } from '../workflows/messages.ts';
import { baselines, startBaselines, type Baseline, type Baselines } from './baseline/baseline.ts';
import { ApiClient } from './support/client.ts';
import { startDistrict, type District } from './support/district.ts';
import type { Figure, Limit, Options, Row } from './support/figure.ts';
import { enrolled, pokesOf, untilSettled } from './support/journeys.ts';
import { atPace } from './support/pace.ts';
import { lungPaths, type LungPath } from './support/paths.ts';
import { programs, useOfPrograms, type Program } from './support/processes.ts';
import { median, spread } from './support/statistics.ts';
import { short } from './support/table.ts';

const concurrency = 50;
const commandsEach = 6;

interface Pace {
  readonly name: string;
  readonly apartMs: number;
  readonly rounds: number;
  /** Journeys of a path in a round; enough that the system and not the pause sets the rate. */
  readonly journeys: number;
  readonly workflows: number;
}
const paces: readonly Pace[] = [
  { name: 'back to back', apartMs: 0, rounds: 3, journeys: 80, workflows: 30 },
  { name: '1 s apart', apartMs: 1_000, rounds: 2, journeys: 300, workflows: 60 },
];

/** One path in one round. */
interface Measured {
  readonly rate: number;
  readonly pokesPerJourney: number;
  readonly historyEvents: number;
  readonly pokes: number;
  readonly commands: number;
  readonly cpuMs: Readonly<Record<Program, number>> | undefined;
}

const limits: Readonly<Record<number, Limit>> = {
  0: { kind: 'atLeast', value: 2 },
  2: { kind: 'atLeast', value: 1.5 },
};

/** Histories are long to ask for; this many are counted in each round. */
const sampled = 40;

type Run = { readonly run: string; readonly events: number };

async function runsOf({ client }: Baselines, journeys: readonly string[]): Promise<Run[]> {
  return Promise.all(
    journeys.slice(0, sampled).map(async (id) => {
      const { runId, historyLength } = await client.workflow
        .getHandle(journeyWorkflowId(id as never))
        .describe();
      return { run: runId, events: historyLength };
    }),
  );
}

/**
 * @returns how many events were added since. A poke that arrives when the clock has just closed starts it anew: then
 *   the events of both runs count, the new one's start among them.
 */
async function eventsSince(
  others: Baselines,
  journeys: readonly string[],
  before: readonly Run[],
): Promise<number> {
  const now = await runsOf(others, journeys);
  let total = 0;
  for (const [i, { run, events }] of before.entries()) {
    const last = now[i];
    total += (last?.events ?? 0) - events;
    if (!last || last.run === run) continue;
    const closed = others.client.workflow.getHandle(journeyWorkflowId(journeys[i] as never), run);
    total += (await closed.describe()).historyLength;
  }
  return total;
}

async function measure(
  district: District,
  others: Baselines,
  api: ApiClient,
  path: LungPath,
  { apartMs, journeys: count }: Pace,
): Promise<Measured> {
  const journeys = await enrolled(district, api, count, path.stage);
  const commands = path.commands(Date.now());
  const runsBefore = await runsOf(others, journeys);
  const sample = journeys.slice(0, sampled);
  const [pokesBefore, samplePokesBefore] = [
    await pokesOf(district.store, journeys),
    await pokesOf(district.store, sample),
  ];
  const before = useOfPrograms();
  const began = performance.now();
  await atPace(journeys, commandsEach, { concurrency, apartMs }, (journey, n) =>
    api.command(journey, commands[n] ?? {}),
  );
  await untilSettled(district.store, journeys);
  const seconds = (performance.now() - began) / 1_000;
  const after = useOfPrograms();
  const total = count * commandsEach;
  const cpu = (program: Program): number =>
    (((after?.[program].cpu ?? 0) - (before?.[program].cpu ?? 0)) * 1_000) / total;
  return {
    rate: total / seconds,
    pokesPerJourney: ((await pokesOf(district.store, journeys)) - pokesBefore) / count,
    historyEvents: await eventsSince(others, journeys, runsBefore),
    pokes: (await pokesOf(district.store, sample)) - samplePokesBefore,
    commands: sample.length * commandsEach,
    cpuMs: after && {
      api: cpu('api'),
      worker: cpu('worker'),
      temporal: cpu('temporal'),
      postgres: cpu('postgres'),
    },
  };
}

interface Round {
  readonly baselines: Readonly<Record<Baseline, number>>;
  readonly paths: ReadonlyMap<LungPath, Measured>;
}

/** Everything once, each beside the others, so that what else the machine does falls on all of them. */
async function round(
  district: District,
  others: Baselines,
  api: ApiClient,
  pace: Pace,
  progress: Options['progress'],
): Promise<Round> {
  const rates: Record<Baseline, number> = { signalled: 0, updated: 0 };
  const paths = new Map<LungPath, Measured>();
  for (const kind of baselines) {
    rates[kind] = await others.rate(kind, pace.workflows, { concurrency, apartMs: pace.apartMs });
    progress(`${pace.name}: Temporal, ${kind}: ${short(rates[kind])} commands/s`);
  }
  for (const path of lungPaths) {
    const measured = await measure(district, others, api, path, pace);
    paths.set(path, measured);
    progress(`${pace.name}: ${path.name}: ${short(measured.rate)} commands/s`);
  }
  return { baselines: rates, paths };
}

const baselineTitles: Readonly<Record<Baseline, string>> = {
  signalled: 'bare Temporal, signal + no-op activity',
  updated: 'bare Temporal, update + local activity with two statements',
};

function rowsOf(pace: Pace, rounds: readonly Round[]): Row[] {
  const rows: Row[] = baselines.map((kind) => ({
    figure: `${baselineTitles[kind]}, ${pace.name}, commands/s`,
    measured: spread(rounds.map((one) => one.baselines[kind])),
  }));
  for (const path of lungPaths) {
    const measured = rounds.flatMap((one) => one.paths.get(path) ?? []);
    const ratios = rounds.map(
      (one) =>
        (one.paths.get(path)?.rate ?? Number.NaN) / Math.max(one.baselines.signalled, one.baselines.updated),
    );
    const limit = limits[path.pokes];
    rows.push({
      figure: `“${path.name}” (${path.pokes} pokes in 6), ${pace.name}: times the better of the two`,
      measured: spread(ratios),
      value: median(ratios),
      ...(limit && { limit }),
      note: `${spread(measured.map(({ rate }) => rate))} commands/s; pokes raised ${spread(measured.map(({ pokesPerJourney }) => pokesPerJourney))}`,
    });
    const cpu = programs.map(
      (program) => `${program} ${short(median(measured.map(({ cpuMs }) => cpuMs?.[program] ?? Number.NaN)))}`,
    );
    rows.push({ figure: `“${path.name}”, ${pace.name}: CPU ms per command`, measured: cpu.join(', ') });
  }
  return rows;
}

function historyRows(rounds: readonly Round[]): Row[] {
  const of = (wanted: (path: LungPath) => boolean): Measured[] =>
    rounds.flatMap((one) => [...one.paths].filter(([path]) => wanted(path)).map(([, measured]) => measured));
  const poked = of(({ pokes }) => pokes > 0).map((one) => one.historyEvents / one.pokes);
  const unpoked = of(({ pokes }) => pokes === 0).map((one) => one.historyEvents / one.commands);
  return [
    {
      figure: 'Temporal history events per poke',
      measured: spread(poked),
      limit: { kind: 'atMost', value: 8 },
      value: Math.max(...poked),
      note: 'commands 1 s apart; held against the limit: the highest',
    },
    {
      figure: 'Temporal history events per unpoked command',
      measured: spread(unpoked),
      limit: { kind: 'atMost', value: 0 },
      value: Math.max(...unpoked),
    },
  ];
}

/** Commands a second through HTTP with authentication, log and outbox, beside bare Temporal workflows. */
export const commands: Figure = {
  name: 'commands',
  async run({ progress }) {
    progress('starting PostgreSQL, Temporal, worker and API');
    const district = await startDistrict(['worker', 'api']);
    const others = await startBaselines(district);
    const api = await ApiClient.open(district, concurrency);
    try {
      // Once for nothing: code and caches are warm on both sides.
      const [first] = paces as readonly [Pace];
      await round(district, others, api, { ...first, journeys: 20, workflows: 10 }, () => undefined);
      const rows: Row[] = [];
      for (const pace of paces) {
        const rounds: Round[] = [];
        for (let n = 0; n < pace.rounds; n++) rounds.push(await round(district, others, api, pace, progress));
        rows.push(...rowsOf(pace, rounds));
        if (pace.apartMs > 0) rows.push(...historyRows(rounds));
      }
      return rows;
    } finally {
      api.close();
      await others.stop();
      await district.stop();
    }
  },
};
