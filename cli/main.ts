import { Command } from 'commander';
import { bilingual } from './bilingual.ts';
import { adoptCommand } from './commands/adopt.ts';
import { checkCommand } from './commands/check.ts';
import { definitionsCommand } from './commands/definitions.ts';
import { demoCommand } from './commands/demo.ts';
import { enrolCommand } from './commands/enrol.ts';
import { importCommand } from './commands/import.ts';
import { journeyCommand } from './commands/journey.ts';
import { organisationsCommand } from './commands/organisations.ts';
import { overdueCommand } from './commands/overdue.ts';
import { reconcileCommand } from './commands/reconcile.ts';
import { residentsCommand } from './commands/residents.ts';
import { scoreCommand } from './commands/score.ts';
import { staffCommand } from './commands/staff.ts';
import { startCommand } from './commands/start.ts';
import { tokenCommand } from './commands/token.ts';

const program = new Command('yilu').description('一路：癌症早筛与全程管理 / Yilu: cancer-care journeys');
for (const command of [
  startCommand(),
  demoCommand(),
  organisationsCommand(),
  staffCommand(),
  importCommand(),
  residentsCommand(),
  enrolCommand(),
  adoptCommand(),
  journeyCommand(),
  overdueCommand(),
  checkCommand(),
  reconcileCommand(),
  definitionsCommand(),
  tokenCommand(),
  scoreCommand(),
])
  program.addCommand(command);
program.addHelpText(
  'after',
  '\n退出码：0 完成；1 有未完成或不合格的；2 用法有误；69 数据库或 Temporal 连不上。' +
    '\nExit codes: 0 done; 1 something was not done or found wanting; 2 wrong call; 69 the database or Temporal is away.',
);
await bilingual(program).parseAsync();
