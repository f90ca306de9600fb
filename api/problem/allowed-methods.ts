interface Paths {
  readonly paths?: Readonly<Record<string, object>>;
}

const methods = ['get', 'post', 'put', 'patch', 'delete'];

/** @returns a function from a path to the methods that the interface takes there; empty where there is nothing */
export function allowedMethods({ paths = {} }: Paths): (path: string) => readonly string[] {
  const known = Object.entries(paths).map(([template, item]) => ({
    pattern: new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\{[^}]+\}/gu, '[^/]+')}$`, 'u'),
    allowed: methods.filter((method) => method in item).map((method) => method.toUpperCase()),
  }));
  return (path) => known.filter(({ pattern }) => pattern.test(path)).flatMap(({ allowed }) => allowed);
}
