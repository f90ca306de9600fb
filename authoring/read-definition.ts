import { LineCounter, parseDocument, type YAMLError } from 'yaml';
import { checkDefinition } from '../domain/checker/check-definition.ts';
import { say } from '../domain/model/localized.ts';
import { error, type Problem } from '../domain/checker/problem.ts';
import { cutShort } from '../domain/definition/cut-short.ts';
import { parseDefinition } from '../domain/definition/parse.ts';
import type { DefinitionSource } from '../domain/definition/source.ts';
import { locate, type Position } from './locate.ts';
import { seeYaml, yamlAdvice } from './yaml-advice.ts';

/** A problem and where in which file it stands. */
export interface PlacedProblem extends Problem, Position {
  readonly file: string;
}

export interface ReadDefinition {
  /** Absent when the text is not YAML or its shape is wrong. */
  readonly source?: DefinitionSource;
  /** In the order of the file. */
  readonly problems: readonly PlacedProblem[];
}

/** A pathway of the size of a whole cancer's course has some tens of kilobytes. */
const maxCharacters = 2_000_000;

/** @returns the definition that a YAML text holds, without asking whether it could strand anyone, and what is wrong with its form */
export function readDefinition(text: string, options: { readonly file: string }): ReadDefinition {
  return read(text, options.file, () => []);
}

/** @returns the definition and everything that the checker has to say about it */
export function readAndCheck(text: string, options: { readonly file: string }): ReadDefinition {
  return read(text, options.file, checkDefinition);
}

function read(
  text: string,
  file: string,
  check: (source: DefinitionSource) => readonly Problem[],
): ReadDefinition {
  if (text.length > maxCharacters)
    return {
      problems: [
        {
          ...error(
            'too-large',
            [],
            say('文件过大。', 'The file is too large.'),
            say('病种路径定义不应超过 200 万字符。', 'A definition has at most two million characters.'),
          ),
          file,
          line: 1,
          column: 1,
        },
      ],
    };
  const lines = new LineCounter();
  const plain = text.replace(/^\uFEFF/u, '');
  const document = parseDocument(plain, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const faults = telling(document.errors);
  if (faults.length > 0) return { problems: faults.map((fault) => yamlProblem(fault, lines, file)) };
  const place = (problem: Problem): PlacedProblem => ({
    ...problem,
    file,
    ...locate(document, lines, plain, problem),
  });
  let data: unknown;
  try {
    data = document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    const detail = cutShort(cause instanceof Error ? cause.message : String(cause), 160);
    return {
      problems: [place(error('yaml', [], say(`YAML 有误：${detail}`, `Not valid YAML: ${detail}`), seeYaml))],
    };
  }
  const parsed = parseDefinition(data);
  if ('problems' in parsed) return { problems: inOrder(parsed.problems.map(place)) };
  return { source: parsed.source, problems: inOrder(check(parsed.source).map(place)) };
}

/** One slip in YAML makes the parser complain many times; only what tells apart from it is kept. */
function telling(errors: readonly YAMLError[]): readonly YAMLError[] {
  const twice = errors.filter(({ code }) => code === 'DUPLICATE_KEY');
  const others = errors.filter(({ code }) => code !== 'DUPLICATE_KEY');
  const first = others.find(({ code }) => code === 'TAB_AS_INDENT') ?? others[0];
  return first ? [...twice, first] : twice;
}

/** What is written once and used in many places (a YAML alias) is at fault once. */
function inOrder(problems: readonly PlacedProblem[]): PlacedProblem[] {
  const told = new Set<string>();
  return problems
    .filter(({ line, column, code, message }) => {
      const key = `${line}:${column} ${code} ${message.en}`;
      return !told.has(key) && told.add(key);
    })
    .sort((a, b) => a.line - b.line || a.column - b.column);
}

function yamlProblem(fault: YAMLError, lines: LineCounter, file: string): PlacedProblem {
  const { message, remedy } = yamlAdvice(fault);
  const { line, col } = lines.linePos(fault.pos[0]);
  const code = fault.code.toLowerCase().replaceAll('_', '-');
  return { ...error(code, [], message, remedy), file, line: Math.max(line, 1), column: Math.max(col, 1) };
}
