import { compileDefinition } from '../domain/definition/compile.ts';
import type { Definition } from '../domain/definition/definition.ts';
import { definitionSourceSchema } from '../domain/definition/source.ts';
import { NotFound } from './errors.ts';
import { rows, type Queryable } from './sql.ts';

/** Compiled definitions by pathway and version. Published versions never change, so nothing is ever dropped. */
export class DefinitionCache {
  readonly #compiled = new Map<string, Definition>();
  readonly #loading = new Map<string, Promise<Definition>>();
  readonly #on: Queryable;

  constructor(on: Queryable) {
    this.#on = on;
  }

  /**
   * @param on the client that the caller holds, so that nobody waits for a second one while holding the first
   * @returns the compiled definition
   * @throws NotFound when that version was never published
   */
  async get(pathway: string, version: number, on: Queryable = this.#on): Promise<Definition> {
    const key = `${pathway}@${version}`;
    const known = this.#compiled.get(key);
    if (known) return known;
    const underWay = this.#loading.get(key);
    if (underWay) return underWay;
    const loading = this.#load(on, pathway, version).finally(() => this.#loading.delete(key));
    this.#loading.set(key, loading);
    return loading;
  }

  async #load(on: Queryable, pathway: string, version: number): Promise<Definition> {
    const [row] = await rows<{ source: unknown }>(
      on,
      '',
      'select source from pathway_definition where pathway = $1 and version = $2',
      [pathway, version],
    );
    if (!row) throw new NotFound('definition', `${pathway}@${version}`);
    const definition = compileDefinition(definitionSourceSchema.parse(row.source), version);
    this.#compiled.set(`${pathway}@${version}`, definition);
    return definition;
  }
}
