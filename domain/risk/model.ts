import type { z } from 'zod';
import type { Localized } from '../model/localized.ts';
import { inputError } from './input-error.ts';

/** Why a model gave no number: a stable code, a sentence for a person, and the field to correct. */
export interface ScoreError {
  readonly code: string;
  readonly message: Localized;
  /** The input field at fault; `null` when the input is no object at all. */
  readonly field: string | null;
}

/** Said beside a result that stands, but with less certainty than usual. */
export type ScoreWarning = ScoreError;

export type ScoreOutcome<Result extends object = object> =
  { readonly result: Result; readonly warning?: ScoreWarning } | { readonly error: ScoreError };

export type SettingValue = number | boolean | string;

/** A constant that a clinic may change. `confirm` marks one that rests on a weak source. */
export interface EditableDefault<Value extends SettingValue = SettingValue> {
  readonly value: Value;
  readonly confirm: boolean;
  readonly note: Localized;
}

/** Values that replace a model's defaults, by the names in `RiskModel.defaults`. */
export type Settings = Readonly<Record<string, SettingValue>>;

/** A published risk model or classification: what it asks, what it answers, and where it comes from. */
export interface RiskModel<Result extends object = object> {
  readonly id: string;
  readonly title: Localized;
  /** The publication or rule, with enough to find it again. */
  readonly source: string;
  /** What a clinic has to confirm before it relies on the model. */
  readonly confirm: readonly Localized[];
  readonly input: z.ZodObject;
  readonly defaults: Readonly<Record<string, EditableDefault>>;
  /**
   * Scores one person. Never throws on any JSON input: what the model was not made for is an error that says why.
   *
   * @param settings replaces defaults by name; an unknown name or another type throws, because it is configuration
   */
  score(input: unknown, settings?: Settings): ScoreOutcome<Result>;
}

/** TypeScript infers `3` for a default of 3; a clinic may set any number. */
type Widened<Value> = Value extends number ? number : Value extends boolean ? boolean : string;

interface ModelDefinition<
  Schema extends z.ZodObject,
  Defaults extends Record<string, EditableDefault>,
  Result extends object,
> extends Omit<RiskModel<Result>, 'input' | 'defaults' | 'score'> {
  readonly input: Schema;
  readonly defaults: Defaults;
  readonly compute: (
    input: z.infer<Schema>,
    settings: { readonly [Name in keyof Defaults]: Widened<Defaults[Name]['value']> },
  ) => ScoreOutcome<Result>;
}

/** Builds a model whose `score` checks its input against the schema before it computes. */
export function defineModel<
  Schema extends z.ZodObject,
  Defaults extends Record<string, EditableDefault>,
  Result extends object,
>(definition: ModelDefinition<Schema, Defaults, Result>): RiskModel<Result> {
  const { compute, ...description } = definition;
  type Resolved = Parameters<typeof compute>[1];
  const standing = Object.fromEntries(
    Object.entries(definition.defaults).map(([name, entry]) => [name, entry.value]),
  );
  return {
    ...description,
    score(input, settings) {
      const parsed = definition.input.safeParse(input);
      if (!parsed.success) return { error: inputError(input, parsed.error) };
      const resolved = settings === undefined ? standing : withSettings(definition.id, standing, settings);
      return compute(parsed.data, resolved as Resolved);
    },
  };
}

function withSettings(id: string, standing: Settings, settings: Settings): Settings {
  for (const [name, value] of Object.entries(settings)) {
    if (!Object.hasOwn(standing, name)) {
      throw new Error(
        `${id} has no setting "${name}"; it has: ${Object.keys(standing).join(', ') || 'none'}.`,
      );
    }
    if (typeof value !== typeof standing[name]) {
      throw new Error(`${id}: setting "${name}" must be a ${typeof standing[name]}, got ${typeof value}.`);
    }
  }
  return { ...standing, ...settings };
}

/** @returns an outcome without a number, for a rule that one field breaks */
export function scoreError(code: string, field: string, zh: string, en: string): { error: ScoreError } {
  return { error: { code, message: { zh, en }, field } };
}

/** A default that stands on a weak source and is shown as "to be confirmed by the clinic". */
export function toConfirm<Value extends SettingValue>(
  value: Value,
  zh: string,
  en: string,
): EditableDefault<Value> {
  return { value, confirm: true, note: { zh, en } };
}

/** A default that is well sourced, and still the clinic's to change. */
export function settled<Value extends SettingValue>(
  value: Value,
  zh: string,
  en: string,
): EditableDefault<Value> {
  return { value, confirm: false, note: { zh, en } };
}
