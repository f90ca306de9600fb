import type { Context } from 'hono';
import { residentAnswers, type ResidentAnswerKind } from '../../domain/model/message.ts';
import { longestNote } from '../../store/answer-as-resident.ts';

/** What a form said. `resume` takes a "do not contact me" back. */
export type Said =
  | { readonly kind: 'answer'; readonly answer: ResidentAnswerKind; readonly note?: string }
  | { readonly kind: 'tooLong'; readonly answer: ResidentAnswerKind; readonly text: string }
  | { readonly kind: 'resume' }
  | { readonly kind: 'unknown' };

const isAnswer = (value: unknown): value is ResidentAnswerKind =>
  (residentAnswers as readonly unknown[]).includes(value);

/** @returns the note as it is kept: no control characters, which no database takes, and no half characters */
function cleanNote(value: unknown): string {
  if (typeof value !== 'string') return '';
  return value
    .toWellFormed()
    .replaceAll(/\r\n?/gu, '\n')
    .replaceAll(/[^\P{Cc}\n]/gu, '')
    .trim();
}

/** Reads a form, as a browser sends it or as a mail program does. */
export async function readForm(c: Context): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await c.req.parseBody();
  } catch {
    // Not a form: says nothing.
    return {};
  }
}

/** @returns the length as people count it: a rare character of two code units is one */
export const charactersIn = (text: string): number => Array.from(text).length;

/** @returns what a resident chose, and in which words */
export function saidIn(form: Readonly<Record<string, unknown>>): Said {
  const { answer, note } = form;
  if (answer === 'resume') return { kind: 'resume' };
  if (!isAnswer(answer)) return { kind: 'unknown' };
  const text = answer === 'another-time' || answer === 'done-elsewhere' ? cleanNote(note) : '';
  if (charactersIn(text) > longestNote) return { kind: 'tooLong', answer, text };
  return { kind: 'answer', answer, ...(text !== '' && { note: text }) };
}
