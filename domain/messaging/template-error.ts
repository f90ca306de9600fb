import type { Localized } from '../model/localized.ts';

/** A text that cannot be filled in: it is not well formed, or a variable has no value. */
export class TemplateError extends Error {
  readonly code: 'syntax' | 'missing-variable' | 'wrong-value' | 'unknown-template';
  readonly text: Localized;
  /** The variable at fault. */
  readonly variable?: string;

  constructor(code: TemplateError['code'], text: Localized, variable?: string) {
    super(text.en);
    this.name = 'TemplateError';
    this.code = code;
    this.text = text;
    if (variable !== undefined) this.variable = variable;
  }
}
