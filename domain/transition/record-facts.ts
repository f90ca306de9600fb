import { civilDay } from '../calendar/civil-day.ts';
import type { FactDeclaration } from '../definition/source.ts';
import type { FactRecord, Facts, FactValue } from '../model/fact.ts';
import { refuse, type Refusal } from '../model/refusal.ts';
import type { Draft } from './draft.ts';

/** @returns why a value does not fit its declaration (zh, en), or undefined when it does */
export function unfit(fact: FactDeclaration, value: FactValue): readonly [string, string] | undefined {
  switch (fact.type) {
    case 'bool':
      return typeof value === 'boolean' ? undefined : ['应为 true 或 false', 'must be true or false'];
    case 'string':
      return typeof value === 'string' ? undefined : ['应为文字', 'must be text'];
    case 'enum': {
      const of = fact.of ?? [];
      if (typeof value === 'string' && of.includes(value)) return undefined;
      const choices = of.join(', ');
      return [`应为其中之一：${choices}`, `must be one of ${choices}`];
    }
    case 'date':
      try {
        if (typeof value === 'string') civilDay(value);
        return typeof value === 'string' ? undefined : ['应为日期 YYYY-MM-DD', 'must be a date YYYY-MM-DD'];
      } catch {
        return ['应为日期 YYYY-MM-DD', 'must be a date YYYY-MM-DD'];
      }
    case 'int':
    case 'double': {
      const whole = fact.type === 'int';
      if (typeof value !== 'number' || !(whole ? Number.isSafeInteger(value) : Number.isFinite(value)))
        return whole ? ['应为整数', 'must be a whole number'] : ['应为数字', 'must be a number'];
      const unit = fact.unit === undefined ? '' : ` ${fact.unit}`;
      if (fact.min !== undefined && value < fact.min)
        return [`不能小于 ${fact.min}${unit}`, `must be at least ${fact.min}${unit}`];
      if (fact.max !== undefined && value > fact.max)
        return [`不能大于 ${fact.max}${unit}`, `must be at most ${fact.max}${unit}`];
      return undefined;
    }
  }
}

/**
 * Records facts with when they were true and when they were learned; nothing is recorded when one of them does not fit.
 * @param late what is older than what is known does not replace it: it is in the log
 */
export function recordFacts(
  draft: Draft,
  facts: Facts | undefined,
  happenedAt: number,
  late = false,
): Refusal | undefined {
  if (facts === undefined) return undefined;
  const declared = draft.definition.source.facts;
  const records: Record<string, FactRecord> = { ...draft.state.facts };
  for (const name of Object.keys(facts)) {
    const value = facts[name] as FactValue;
    const fact = Object.hasOwn(declared, name) ? declared[name] : undefined;
    if (!fact || fact.from) {
      const accepted = Object.keys(declared).filter((known) => !declared[known]?.from);
      return refuse(
        'FactUnknown',
        `该路径没有可记录的事实“${name}”。`,
        `This pathway has no fact "${name}" to record.`,
        {
          accepted,
          field: `facts.${name}`,
        },
      );
    }
    const wrong = unfit(fact, value);
    if (wrong)
      return refuse(
        'FactInvalid',
        `事实“${fact.title?.zh ?? name}”${wrong[0]}，收到的是 ${JSON.stringify(value)}。`,
        `The fact "${name}" ${wrong[1]}; got ${JSON.stringify(value)}.`,
        { field: `facts.${name}`, ...(fact.of && { accepted: fact.of }) },
      );
    if (late && (records[name]?.happenedAt ?? Number.NEGATIVE_INFINITY) > happenedAt) continue;
    records[name] = { value, happenedAt, learnedAt: draft.at, event: draft.event.id };
  }
  draft.state.facts = records;
  return undefined;
}
