import type { Localized } from '../domain/model/localized.ts';
import type { Refusal } from '../domain/model/refusal.ts';
import { storable } from './bounds.ts';
import { Conflict, EventIdReused, NotFound } from './errors.ts';

/** Why a message can never be taken although the rules were not even asked. Stable codes. */
export type ImpossibleCode = 'Conflict' | 'IdReused' | 'NotFound' | 'NotStorable' | 'NotProcessable';

/** What is kept with a message that was not taken: the rules' refusal, or why it is impossible. */
export type InboxRefusal =
  Refusal | { readonly refused: ImpossibleCode; readonly message: Localized; readonly field?: never };

const because = (refused: ImpossibleCode, zh: string, en: string): InboxRefusal => ({
  refused,
  message: { zh, en },
});

/** @returns what is kept of an error that waiting does not help; never the error's own words, which quote the data */
export function impossible(error: unknown): InboxRefusal {
  if (error instanceof EventIdReused)
    return because(
      'IdReused',
      '消息标识已用于另一内容；新的事实请使用新的标识。',
      'The id of the message was used before with another body; use a new id for a new fact.',
    );
  if (error instanceof NotFound)
    return because(
      'NotFound',
      '找不到消息所指的旅程或路径定义。',
      'The journey, or the definition that it is on, is not there.',
    );
  if (error instanceof Conflict) return because('Conflict', error.message, error.message);
  const { code } = error as { code?: unknown };
  // SQLSTATE class 22, data exception, and 23, integrity constraint violation.
  if (typeof code === 'string' && /^2[23]/u.test(code))
    return because(
      'NotStorable',
      `消息中有无法保存的内容（${code}）；请核对日期和文字，以新的标识重新发送。`,
      `The message holds what cannot be stored (${code}); look at its dates and texts and send it anew under a new id.`,
    );
  return because(
    'NotProcessable',
    '消息无法处理：这是程序的错误，请告诉维护人员；其内容请由人录入。',
    'The message cannot be processed: a fault of the program; tell whoever runs it, and enter the content by hand.',
  );
}

/** @returns the refusal as JSON that PostgreSQL takes, whatever the message was that it quotes */
export const refusalJson = (refusal: InboxRefusal): string =>
  JSON.stringify(refusal, (_key, value: unknown) => (typeof value === 'string' ? storable(value) : value));
