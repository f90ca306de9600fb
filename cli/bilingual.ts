import { Help, type Command } from 'commander';
import { exitCodes } from './run.ts';

const complaints: Readonly<Record<string, string>> = {
  'unknown option': '没有这个选项',
  'unknown command': '没有这个命令',
  'missing required argument': '缺少参数',
  'too many arguments': '参数过多',
  'required option': '缺少必需的选项',
  'argument missing': '选项缺少取值',
  'is invalid': '取值不对',
};

/** Commander says it in English; the Chinese comes first. */
function translated(message: string): string {
  const known = Object.entries(complaints).find(([english]) => message.includes(english));
  return known && !message.includes(known[1]) ? `${known[1]} / ${message}` : message;
}

/** Gives a command and all below it help in both languages, and the exit code of a wrong call. */
export function bilingual(command: Command): Command {
  command
    .helpOption('-h, --help', '显示帮助 / show help')
    .configureHelp({
      styleTitle: (title) =>
        ({
          'Usage:': '用法 / Usage:',
          'Arguments:': '参数 / Arguments:',
          'Options:': '选项 / Options:',
          'Commands:': '命令 / Commands:',
        })[title] ?? title,
      optionDescription: (option) =>
        `${Help.prototype.optionDescription(option)}${option.mandatory ? '（必填 required）' : ''}`,
    })
    .configureOutput({ outputError: (message, write) => write(translated(message)) })
    .exitOverride((stop) => {
      process.exit(
        stop.exitCode === 1 && stop.code.startsWith('commander.') ? exitCodes.wrongCall : stop.exitCode,
      );
    });
  if (command.commands.length > 0)
    command.helpCommand('help [command]', '显示某个命令的帮助 / show help for a command');
  for (const below of command.commands) bilingual(below);
  return command;
}
