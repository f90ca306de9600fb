import { Command } from 'commander';
import { startCommand } from './commands/start.ts';

const program = new Command('yilu').description('一路：癌症早筛与全程管理 / Yilu: cancer-care journeys');
program.addCommand(startCommand());
await program.parseAsync();
