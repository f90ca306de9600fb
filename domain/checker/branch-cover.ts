import type { ASTNode } from '@marcbachmann/cel-js';
import type { FactDeclaration } from '../definition/source.ts';
import { own } from '../definition/own.ts';

/** What a list of conditions, asked in order, can come to. */
export interface BranchCover {
  /** For each condition: false when nothing can ever reach it and make it true. */
  readonly possible: readonly boolean[];
  /** One of them surely holds, once `needs` are known. */
  readonly exhaustive: boolean;
  /** Facts that must be known for that. */
  readonly needs: readonly string[];
}

type Facts = Readonly<Record<string, FactDeclaration>>;
/** `undefined` is "cannot be told": an unknown fact, or a risk model that gives no answer. */
type Value = string | number | boolean | undefined;
interface Variable {
  readonly fact: boolean;
  readonly values: Value[];
}

const maxCombinations = 20_000;
const otherText = '\u0000other';
const comparisons = new Set(['==', '!=', '<', '<=', '>', '>=']);
const flipped: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

/** A condition in the part of the language that can be reasoned about; everything else is a variable of its own. */
type Formula =
  | { readonly op: 'or' | 'and'; readonly parts: readonly [Formula, Formula] }
  | { readonly op: 'not'; readonly part: Formula }
  | { readonly op: 'if'; readonly parts: readonly [Formula, Formula, Formula] }
  | {
      readonly op: 'compare';
      readonly how: string;
      readonly variable: string;
      readonly to: Exclude<Value, undefined>;
    }
  | { readonly op: 'known'; readonly variable: string }
  | { readonly op: 'constant'; readonly value: boolean }
  | { readonly op: 'truth'; readonly variable: string };

/**
 * Decides by trying every combination of values that the conditions can tell apart.
 *
 * @param conditions in order; `otherwise` is left out
 */
export function branchCover(conditions: readonly ASTNode[], facts: Facts): BranchCover {
  const reader = new FormulaReader(facts);
  const formulas = conditions.map((condition) => reader.read(condition));
  const variables = reader.variables();
  const names = [...variables.keys()];
  const combinations = names.reduce(
    (product, name) => product * (variables.get(name)?.values.length ?? 1),
    1,
  );
  if (combinations > maxCombinations)
    return { possible: conditions.map(() => true), exhaustive: false, needs: [] };
  const possible = conditions.map(() => false);
  /** Sets of unknown facts under which no condition holds. */
  const gaps: Set<string>[] = [];
  let exhaustive = true;
  forEachCombination(names, variables, (values) => {
    const first = formulas.findIndex((formula) => evaluate(formula, values) === true);
    if (first >= 0) {
      possible[first] = true;
      return;
    }
    const unknown = new Set(
      names.filter((name) => variables.get(name)?.fact && values.get(name) === undefined),
    );
    if (unknown.size === 0) exhaustive = false;
    else gaps.push(unknown);
  });
  const known = new Set(names.filter((name) => variables.get(name)?.fact));
  for (const name of [...known]) {
    known.delete(name);
    if (gaps.some((gap) => ![...gap].some((fact) => known.has(fact)))) known.add(name);
  }
  return { possible, exhaustive, needs: [...known] };
}

class FormulaReader {
  readonly #facts: Facts;
  readonly #found = new Map<
    string,
    { fact: boolean; against: Set<string | number | boolean>; truth: boolean }
  >();

  constructor(facts: Facts) {
    this.#facts = facts;
  }

  read(node: ASTNode): Formula {
    switch (node.op) {
      case '||':
        return { op: 'or', parts: [this.read(node.args[0]), this.read(node.args[1])] };
      case '&&':
        return { op: 'and', parts: [this.read(node.args[0]), this.read(node.args[1])] };
      case '!_':
        return { op: 'not', part: this.read(node.args) };
      case '?:':
        return {
          op: 'if',
          parts: [this.read(node.args[0]), this.read(node.args[1]), this.read(node.args[2])],
        };
      case 'value':
        return typeof node.args === 'boolean' ? { op: 'constant', value: node.args } : this.#truth(node);
      case 'in':
        return this.#membership(node) ?? this.#truth(node);
      default:
        if (comparisons.has(node.op)) return this.#comparison(node) ?? this.#truth(node);
        return this.#known(node) ?? this.#truth(node);
    }
  }

  #known(node: ASTNode): Formula | undefined {
    if (node.op !== 'call' || node.args[0] !== 'known') return undefined;
    const argument = node.args[1][0];
    const name = argument?.op === 'value' && typeof argument.args === 'string' ? argument.args : '';
    if (!own(this.#facts, name)) return undefined;
    this.#variable(name, true);
    return { op: 'known', variable: name };
  }

  #comparison(node: ASTNode): Formula | undefined {
    const [left, right] = node.args as [ASTNode, ASTNode];
    const [value, swapped] = literal(right) === undefined ? [literal(left), true] : [literal(right), false];
    const side = swapped ? right : left;
    if (value === undefined) return undefined;
    const how = swapped ? (flipped[node.op] ?? node.op) : node.op;
    if (typeof value !== 'number' && how !== '==' && how !== '!=') return undefined;
    return this.#compare(side, how, value);
  }

  #compare(side: ASTNode, how: string, value: string | number | boolean): Formula | undefined {
    const key = this.#asked(side);
    if (key === undefined) return undefined;
    this.#variable(key.name, key.fact).against.add(value);
    return { op: 'compare', how, variable: key.name, to: value };
  }

  #membership(node: ASTNode): Formula | undefined {
    const [side, list] = node.args as [ASTNode, ASTNode];
    if (list.op !== 'list') return undefined;
    const values = list.args.map(literal);
    let formula: Formula = { op: 'constant', value: false };
    for (const value of values) {
      const part = value === undefined ? undefined : this.#compare(side, '==', value);
      if (!part) return undefined;
      formula = { op: 'or', parts: [formula, part] };
    }
    return formula;
  }

  #truth(node: ASTNode): Formula {
    const { name, fact } = this.#asked(node) ?? { name: textOf(node), fact: false };
    this.#variable(name, fact).truth = true;
    return { op: 'truth', variable: name };
  }

  /** A fact, or the answer of a risk model, which is the same wherever it is asked for. */
  #asked(node: ASTNode): { name: string; fact: boolean } | undefined {
    if (node.op === 'id' && own(this.#facts, node.args)) return { name: node.args, fact: true };
    if (node.op === 'call' && node.args[1].every((argument) => argument.op === 'value'))
      return { name: textOf(node), fact: false };
    return undefined;
  }

  #variable(name: string, fact: boolean) {
    const known = this.#found.get(name);
    if (known) return known;
    const made = { fact, against: new Set<string | number | boolean>(), truth: false };
    this.#found.set(name, made);
    return made;
  }

  variables(): Map<string, Variable> {
    return new Map(
      [...this.#found].map(([name, { fact, against, truth }]) => [
        name,
        { fact, values: valuesOf(fact ? own(this.#facts, name) : undefined, [...against], truth) },
      ]),
    );
  }
}

/** @returns the values that the comparisons can tell apart, and "cannot be told" */
function valuesOf(fact: FactDeclaration | undefined, against: readonly Value[], truth: boolean): Value[] {
  if (fact?.from !== undefined && fact.type === 'enum') return [...(fact.of ?? [])];
  const values = possibleValues(fact, against, truth);
  return fact?.from === undefined ? [...values, undefined] : values;
}

function possibleValues(
  fact: FactDeclaration | undefined,
  against: readonly Value[],
  truth: boolean,
): Value[] {
  if (fact?.type === 'bool' || (!fact && (truth || typeof against[0] === 'boolean'))) return [true, false];
  if (fact?.type === 'enum') return [...(fact.of ?? [])];
  const numbers = against.filter((value) => typeof value === 'number').sort((a, b) => a - b);
  if (numbers.length > 0) return numbersAround(numbers, fact);
  const texts = against.filter((value) => typeof value === 'string');
  return [...new Set(texts), otherText];
}

function numbersAround(limits: readonly number[], fact: FactDeclaration | undefined): number[] {
  const { min = -Infinity, max = Infinity } = fact ?? {};
  const whole = fact?.type === 'int';
  const around = limits.flatMap((limit, index) => {
    const next = limits[index + 1];
    if (whole) return [Math.floor(limit) - 1, Math.floor(limit), Math.ceil(limit), Math.ceil(limit) + 1];
    return [limit, next === undefined ? limit + 1 : (limit + next) / 2];
  });
  const all = [(limits[0] ?? 0) - 1, ...around, min, max];
  return [...new Set(all)].filter((value) => Number.isFinite(value) && value >= min && value <= max);
}

function literal(node: ASTNode): string | number | boolean | undefined {
  if (node.op === '-_') {
    const inner = literal(node.args);
    return typeof inner === 'number' ? -inner : undefined;
  }
  if (node.op !== 'value') return undefined;
  const value = node.args;
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : undefined;
}

const textOf = (node: ASTNode): string =>
  node.input.slice(node.range.start, node.range.end).replace(/\s+/gu, '');

function forEachCombination(
  names: readonly string[],
  variables: ReadonlyMap<string, Variable>,
  visit: (values: ReadonlyMap<string, Value>) => void,
): void {
  const values = new Map<string, Value>();
  const go = (index: number): void => {
    const name = names[index];
    if (name === undefined) return visit(values);
    for (const value of variables.get(name)?.values ?? []) {
      values.set(name, value);
      go(index + 1);
    }
  };
  go(0);
}

/** As CEL: what cannot be told is absorbed by a decisive other side of `||` and `&&`. */
function evaluate(formula: Formula, values: ReadonlyMap<string, Value>): boolean | undefined {
  switch (formula.op) {
    case 'constant':
      return formula.value;
    case 'truth': {
      const value = values.get(formula.variable);
      return typeof value === 'boolean' ? value : undefined;
    }
    case 'known':
      return values.get(formula.variable) !== undefined;
    case 'not': {
      const value = evaluate(formula.part, values);
      return value === undefined ? undefined : !value;
    }
    case 'or':
    case 'and': {
      const decisive = formula.op === 'or';
      const [left, right] = formula.parts.map((part) => evaluate(part, values));
      if (left === decisive || right === decisive) return decisive;
      return left === undefined || right === undefined ? undefined : !decisive;
    }
    case 'if': {
      const test = evaluate(formula.parts[0], values);
      return test === undefined ? undefined : evaluate(formula.parts[test ? 1 : 2], values);
    }
    case 'compare':
      return compare(formula.how, values.get(formula.variable), formula.to);
  }
}

function compare(how: string, value: Value, to: Exclude<Value, undefined>): boolean | undefined {
  if (value === undefined) return undefined;
  switch (how) {
    case '==':
      return value === to;
    case '!=':
      return value !== to;
    case '<':
      return value < to;
    case '<=':
      return value <= to;
    case '>':
      return value > to;
    default:
      return value >= to;
  }
}
