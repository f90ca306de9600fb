import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: object }>> }>
  >;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: object;
}

/** The references of the document begin at its root; a validator knows it by a name. */
const named = (schema: object): object =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"document#/components')) as object;

/** @returns an Ajv that knows the schemas of the document, and rewrites a schema to refer to them */
export function documentAjv(document: Document): { ajv: Ajv2020; named: (schema: object) => object } {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'document', ...named({ components: document.components ?? {} }) });
  return { ajv, named };
}

/** @returns a check that an answer is one that the OpenAPI document tells of, without a field that it does not name */
export function answerChecker(document: Document) {
  const { ajv } = documentAjv(document);
  const compiled = new Map<string, ValidateFunction>();
  const templates = Object.keys(document.paths).map((path) => ({
    path,
    pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/gu, '[^/]+')}$`, 'u'),
  }));
  return (method: string, address: string, status: number, body: unknown): void => {
    const pathname = address.split('?')[0] ?? '';
    const found = templates.find(
      ({ path, pattern }) => pattern.test(pathname) && document.paths[path]?.[method.toLowerCase()],
    );
    if (!found) return;
    const name = `${method} ${found.path} ${status}`;
    const content = document.paths[found.path]?.[method.toLowerCase()]?.responses[String(status)]?.content;
    if (!content) throw new Error(`${name} is not in the document: ${JSON.stringify(body)}`);
    const [type, media] = Object.entries(content)[0] ?? [];
    if (!type?.includes('json') || !media?.schema) return;
    const validate =
      compiled.get(name) ?? ajv.compile({ allOf: [named(media.schema)], unevaluatedProperties: false });
    compiled.set(name, validate);
    if (!validate(body))
      throw new Error(`${name} is not as the document says: ${ajv.errorsText(validate.errors)}`);
  };
}
