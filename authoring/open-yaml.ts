import { LineCounter, parseDocument, type Document } from 'yaml';
import { error, type Problem } from '../domain/checker/problem.ts';
import { cutShort } from '../domain/definition/cut-short.ts';
import { say } from '../domain/model/localized.ts';
import { locate } from './locate.ts';
import type { PlacedProblem } from './read-definition.ts';
import { seeYaml, yamlAdvice } from './yaml-advice.ts';

interface OpenedYaml {
  readonly document: Document.Parsed;
  /** Says where in the file a problem stands. */
  readonly place: (problem: Problem) => PlacedProblem;
}

/** @returns a YAML or JSON text opened, or its first fault */
export function openYaml(text: string, file: string): OpenedYaml | PlacedProblem {
  const lines = new LineCounter();
  const plain = text.replace(/^\uFEFF/u, '');
  const document = parseDocument(plain, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const [fault] = document.errors;
  if (fault) {
    const { message, remedy } = yamlAdvice(fault);
    const { line, col } = lines.linePos(fault.pos[0]);
    return { ...error('yaml', [], message, remedy), file, line, column: col };
  }
  return { document, place: (problem) => ({ ...problem, file, ...locate(document, lines, plain, problem) }) };
}

/** @returns what the text holds and where its problems stand, or what keeps it from being read */
export function readYaml(
  text: string,
  file: string,
): { readonly data: unknown; readonly place: OpenedYaml['place'] } | { readonly fault: PlacedProblem } {
  const opened = openYaml(text, file);
  if (!('document' in opened)) return { fault: opened };
  const { document, place } = opened;
  try {
    return { data: document.toJS({ maxAliasCount: 100 }), place };
  } catch (cause) {
    const detail = cutShort(cause instanceof Error ? cause.message : String(cause), 160);
    const said = say(`YAML 有误：${detail}`, `Not valid YAML: ${detail}`);
    return { fault: place(error('yaml', [], said, seeYaml)) };
  }
}
