import { Command } from 'commander';
import { bilingual } from './bilingual.ts';

/** Loaded when asked for: nobody who scores a line waits for what starts a server. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('./commands/start.ts')).startCommand(),
  demo: async () => (await import('./commands/demo.ts')).demoCommand(),
  organisations: async () => (await import('./commands/organisations.ts')).organisationsCommand(),
  staff: async () => (await import('./commands/staff.ts')).staffCommand(),
  import: async () => (await import('./commands/import.ts')).importCommand(),
  residents: async () => (await import('./commands/residents.ts')).residentsCommand(),
  enrol: async () => (await import('./commands/enrol.ts')).enrolCommand(),
  adopt: async () => (await import('./commands/adopt.ts')).adoptCommand(),
  journey: async () => (await import('./commands/journey.ts')).journeyCommand(),
  acknowledge: async () => (await import('./commands/acknowledge.ts')).acknowledgeCommand(),
  overdue: async () => (await import('./commands/overdue.ts')).overdueCommand(),
  check: async () => (await import('./commands/check.ts')).checkCommand(),
  messaging: async () => (await import('./commands/messaging.ts')).messagingCommand(),
  notices: async () => (await import('./commands/notices.ts')).noticesCommand(),
  replies: async () => (await import('./commands/replies.ts')).repliesCommand(),
  outgoing: async () => (await import('./commands/outgoing.ts')).outgoingCommand(),
  reconcile: async () => (await import('./commands/reconcile.ts')).reconcileCommand(),
  definitions: async () => (await import('./commands/definitions.ts')).definitionsCommand(),
  calendar: async () => (await import('./commands/calendar.ts')).calendarCommand(),
  slots: async () => (await import('./commands/slots.ts')).slotsCommand(),
  templates: async () => (await import('./commands/templates.ts')).templatesCommand(),
  token: async () => (await import('./commands/token.ts')).tokenCommand(),
  score: async () => (await import('./commands/score.ts')).scoreCommand(),
};

const program = new Command('yilu').description('一路：癌症早筛与全程管理 / Yilu: cancer-care journeys');
const asked = process.argv[2] ?? '';
// For help, or a word that is no command, all of them.
const wanted = Object.hasOwn(commands, asked) ? [asked] : Object.keys(commands);
for (const name of wanted) {
  const command = await commands[name]?.();
  if (command) program.addCommand(command);
}
program.addHelpText(
  'after',
  '\n退出码：0 完成；1 有未完成或不合格的；2 用法有误；69 数据库或 Temporal 连不上。' +
    '\nExit codes: 0 done; 1 something was not done or found wanting; 2 wrong call; 69 the database or Temporal is away.',
);
await bilingual(program).parseAsync();
