/** A definition that cannot be compiled: says where, and what would be right. The checker finds it before publication. */
export class DefinitionError extends Error {
  readonly path: readonly (string | number)[];

  constructor(message: string, path: readonly (string | number)[], options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'DefinitionError';
    this.path = path;
  }
}
