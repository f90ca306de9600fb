import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command, Option } from 'commander';
import { locales, type Locale } from '../../domain/model/localized.ts';
import type { RiskModel } from '../../domain/risk/model.ts';
import { riskModels } from '../../domain/risk/registry.ts';
import { answerLine } from '../score/answer-line.ts';
import { LineSplitter, type SplitLine } from '../score/line-splitter.ts';
import { nearestNames } from '../score/nearest-names.ts';
import { residentId } from '../score/resident-id.ts';
import { workday } from '../score/workday.ts';
import { unreadableFile } from '../unreadable-file.ts';

const scorers: readonly RiskModel[] = [...riskModels, workday, residentId];

interface Options {
  readonly file?: string;
  readonly list?: true;
  readonly locale: Locale;
}

/** `yilu score <model>`: JSON lines in, one answer a line out, in order. */
export function scoreCommand(): Command {
  return new Command('score')
    .description('按风险模型逐行评分（JSON Lines） / Score JSON lines with a risk model')
    .argument('[model]', '模型 id，见 --list / model id, see --list')
    .option('--file <path>', '从文件而非标准输入读取 / read a file instead of standard input')
    .option('--list', '列出全部模型 / list the models')
    .addOption(
      new Option('--locale <locale>', '说明文字的语言 / language of messages').choices(locales).default('zh'),
    )
    .action(async (id: string | undefined, options: Options, command: Command) => {
      if (options.list) {
        process.stdout.write(`${scorers.map(describe).join('\n\n')}\n`);
        return;
      }
      const model = scorers.find((scorer) => scorer.id === id);
      if (model === undefined) command.error(unknownModel(id), { exitCode: 2, code: 'yilu.unknownModel' });
      const source = options.file === undefined ? process.stdin : createReadStream(options.file);
      try {
        await answerAll(model, source, options.locale);
      } catch (error) {
        const { code, syscall } = error as NodeJS.ErrnoException;
        // The reader went away (`yilu score … | head`): nobody is left to answer.
        if (code === 'EPIPE') return;
        if (options.file === undefined || (syscall !== 'open' && syscall !== 'read')) throw error;
        command.error(unreadableFile(options.file, error).message, {
          exitCode: 2,
          code: 'yilu.unreadable',
        });
      }
    });
}

/** Holds one chunk at a time, and reads on only as fast as standard output takes the answers. */
async function answerAll(model: RiskModel, source: Readable, locale: Locale): Promise<void> {
  let lineNumber = 0;
  const answer = (lines: readonly SplitLine[]): string =>
    lines.map((line) => `${answerLine(model, line, (lineNumber += 1), locale)}\n`).join('');
  source.setEncoding('utf8');
  await pipeline(
    source,
    async function* (chunks: AsyncIterable<string>) {
      const splitter = new LineSplitter();
      for await (const chunk of chunks) yield answer(splitter.push(chunk));
      yield answer(splitter.end());
    },
    process.stdout,
    { end: false },
  );
}

function unknownModel(id: string | undefined): string {
  const ids = scorers.map((scorer) => scorer.id);
  if (id === undefined) return `请给出模型 id / give a model id: ${ids.join(', ')}`;
  const near = nearestNames(id, ids);
  return near.length > 0
    ? `没有模型“${id}”，是否指 ${near.join('、')}？ / There is no model "${id}"; did you mean ${near.join(', ')}?`
    : `没有模型“${id}”，可用的有 / There is no model "${id}"; there are: ${ids.join(', ')}`;
}

function describe(model: RiskModel): string {
  const notes = model.confirm.map(
    (note) => `  待本机构确认：${note.zh}\n  To be confirmed by the clinic: ${note.en}`,
  );
  return [
    model.id,
    `  ${model.title.zh}`,
    `  ${model.title.en}`,
    `  来源 / source: ${model.source}`,
    ...notes,
  ].join('\n');
}
