import type { YAMLError } from 'yaml';

import { cutShort } from '../domain/definition/cut-short.ts';
import { say, type Localized } from '../domain/model/localized.ts';

interface Advice {
  readonly message: Localized;
  readonly remedy: Localized;
}

export const seeYaml = say('请检查缩进、冒号和引号。', 'Check indentation, colons and quotes.');
const seeLineAbove = say(
  '可能是上一行缺失或缩进不一致；同一层的行请左对齐，每层缩进两个空格。',
  'The line above may be missing, or the indentation differs; align lines of one level, two spaces for each level.',
);
const quoteIt = say("请给这段文字加引号，例如 '……'。", "Put the text in quotes, such as '…'.");

/** What the parser's common complaints mean, in Chinese and by what usually went wrong; its own words stay in English. */
const known: Readonly<
  Record<string, { readonly zh: string; readonly en?: string; readonly remedy: Localized }>
> = {
  DUPLICATE_KEY: {
    zh: '同一个键写了两次。',
    en: 'The same key is written twice.',
    remedy: say('请删除或改名其中一个。', 'Remove or rename one of them.'),
  },
  TAB_AS_INDENT: {
    zh: '缩进用了制表符。',
    en: 'A tab is used for indentation.',
    remedy: say('请用空格缩进，每层两个。', 'Indent with spaces, two for each level.'),
  },
  BAD_INDENT: { zh: '这一行的缩进与所在的一层不一致。', remedy: seeLineAbove },
  BLOCK_AS_IMPLICIT_KEY: {
    zh: '一行里有两个“键: 值”，或这一行不该缩进得更深。',
    remedy: say(
      `${seeLineAbove.zh}值里有冒号时请加引号。`,
      `${seeLineAbove.en} Quote a value that holds a colon.`,
    ),
  },
  MULTILINE_IMPLICIT_KEY: { zh: '这里应是“键: 值”，而键后没有冒号。', remedy: seeLineAbove },
  MISSING_CHAR: {
    zh: '缺少冒号、逗号、引号或括号。',
    remedy: say(
      '请检查这一行和上一行：冒号后要有空格，引号和括号要成对。',
      'Look at this line and the one above: a space follows each colon; quotes and brackets come in pairs.',
    ),
  },
  UNEXPECTED_TOKEN: { zh: '这里有一段不该出现的内容。', remedy: seeLineAbove },
  BAD_SCALAR_START: { zh: '文字不能以这个符号开头。', remedy: quoteIt },
  BAD_DQ_ESCAPE: {
    zh: '双引号里的反斜杠写法不对。',
    remedy: say('请改用单引号。', 'Use single quotes instead.'),
  },
  BAD_ALIAS: { zh: '“*”引用了没有定义的名称。', remedy: quoteIt },
  TAG_RESOLVE_FAILED: { zh: '“!”开头的标记无法识别。', remedy: quoteIt },
  MULTIPLE_DOCS: {
    zh: '一个文件里有多份文档。',
    remedy: say('请删除多余的“---”，每个文件只写一条路径。', 'Remove the extra "---": one pathway a file.'),
  },
  BLOCK_IN_FLOW: {
    zh: '花括号或方括号里不能换成缩进写法。',
    remedy: say('请把括号里的内容写在一起，并检查括号是否成对。', 'Close the bracket first.'),
  },
  BAD_COLLECTION_TYPE: { zh: '列表和“键: 值”混在了同一层。', remedy: seeLineAbove },
};

/** @returns what is wrong and what to do, for a complaint of the YAML parser */
export function yamlAdvice({ code, message }: YAMLError): Advice {
  const detail = cutShort(message.split('\n')[0] ?? message, 160);
  const found = known[code];
  return {
    message: say(found?.zh ?? `YAML 有误：${detail}`, found?.en ?? `Not valid YAML: ${detail}`),
    remedy: found?.remedy ?? seeYaml,
  };
}
