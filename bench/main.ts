import { Command } from 'commander';
import type { Figure, Row } from './support/figure.ts';
import { commands } from './commands.ts';
import { commitLatency } from './commit-latency.ts';
import { deadlines } from './deadlines.ts';
import { enrolments } from './enrolments.ts';
import { importing } from './import.ts';
import { notices } from './notices.ts';
import { start } from './start.ts';
import { machine } from './support/machine.ts';
import { table } from './support/table.ts';
import { transition } from './transition.ts';

const figures: readonly Figure[] = [
  commands,
  commitLatency,
  transition,
  deadlines,
  enrolments,
  importing,
  notices,
  start,
];

interface Options {
  readonly full?: boolean;
  readonly minutes?: number;
}

async function run(names: readonly string[], { full = false, minutes }: Options): Promise<void> {
  const unknown = names.find((name) => !figures.some((figure) => figure.name === name));
  if (unknown !== undefined)
    throw new Error(
      `There is no figure "${unknown}"; there are ${figures.map(({ name }) => name).join(', ')}.`,
    );
  const rows: Row[] = [];
  for (const figure of figures.filter(({ name }) => names.length === 0 || names.includes(name))) {
    const began = performance.now();
    const progress = (text: string): void => {
      const seconds = Math.round((performance.now() - began) / 1_000);
      process.stderr.write(`${figure.name} ${seconds}s: ${text}\n`);
    };
    try {
      rows.push(...(await figure.run({ full, progress, ...(minutes !== undefined && { minutes }) })));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      progress(error instanceof Error ? (error.stack ?? why) : why);
      rows.push({ figure: figure.name, measured: 'not measured', note: why.split('\n')[0] ?? why });
      process.exitCode = 1;
    }
  }
  console.log(`\n${machine()}\n\n${table(rows)}`);
}

await new Command('bench')
  .description('measures what the project promises, against limits taken in the same run')
  .argument('[names...]', figures.map(({ name }) => name).join(', '))
  .option('--full', 'in the whole size, however long it takes')
  .option('--minutes <n>', 'deadlines: so many minutes of the morning, at its rate (default 1)', Number)
  .action((names: string[], options: Options) => run(names, options))
  .parseAsync();
