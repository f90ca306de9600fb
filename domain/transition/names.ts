import type { Definition, StepDefinition } from '../definition/definition.ts';
import { stepIdOf, stepRef, type StepRef } from '../model/ids.ts';

/**
 * The names of a definition's occurrences. They are joined, cut and looked up with every event, while there are few
 * different ones; so each is made once.
 */
export class Names {
  readonly #definition: Definition;
  readonly #refs = new Map<string, StepRef[]>();
  readonly #steps = new Map<StepRef, StepDefinition>();

  constructor(definition: Definition) {
    this.#definition = definition;
  }

  /** @returns the reference of the nth occurrence of a step */
  ref(id: string, n: number): StepRef {
    let refs = this.#refs.get(id);
    if (!refs) this.#refs.set(id, (refs = []));
    return (refs[n] ??= stepRef(id, n));
  }

  /** @returns the step that `ref` is an occurrence of, if the definition has it */
  stepOf(ref: StepRef): StepDefinition | undefined {
    const known = this.#steps.get(ref);
    if (known) return known;
    const found = this.#definition.steps[stepIdOf(ref)];
    if (found) this.#steps.set(ref, found);
    return found;
  }

  /** @returns what `isBesideTheRoad` of the built-in steps answers, which are those of no stage, without taking the name apart */
  isBesideTheRoad(ref: StepRef): boolean {
    return this.stepOf(ref)?.stage === '';
  }
}

const made = new WeakMap<Definition, Names>();

/** @returns the names of a definition, the same ones each time */
export function namesOf(definition: Definition): Names {
  let names = made.get(definition);
  if (!names) made.set(definition, (names = new Names(definition)));
  return names;
}
