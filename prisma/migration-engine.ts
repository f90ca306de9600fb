import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { MigrationList, SchemaEngine } from '@prisma/schema-engine-wasm';
import { wholeScriptAdapter } from './whole-script-adapter.ts';

const folder = import.meta.dirname;
const schemaFile = `${folder}/schema.prisma`;

/** No table and no enumeration is left out of a comparison. */
export const everything = { externalTables: [], externalEnums: [] };

export const schemaFiles = () => [{ path: schemaFile, content: readFileSync(schemaFile, 'utf8') }];

/** @returns the names of the migrations that this program ships, oldest first */
export const shippedMigrations = (): string[] =>
  readdirSync(`${folder}/migrations`, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted();

export const migrationList = (): MigrationList => ({
  baseDir: `${folder}/migrations`,
  lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
  shadowDbInitScript: '',
  migrationDirectories: shippedMigrations().map((path) => ({
    path,
    migrationFile: {
      path: 'migration.sql',
      content: { tag: 'ok', value: readFileSync(`${folder}/migrations/${path}/migration.sql`, 'utf8') },
    },
  })),
});

interface Glue {
  readonly SchemaEngine: typeof SchemaEngine;
  __wbg_set_wasm(exports: unknown): void;
}

/** What of WebAssembly is used here; TypeScript describes it only together with a browser's whole world. */
interface WebAssemblyApi {
  instantiate(
    bytes: Uint8Array,
    imports: Record<string, unknown>,
  ): Promise<{ instance: { exports: { __wbindgen_start(): void } } }>;
}

let loaded: Promise<Glue> | undefined;

/** Node.js cannot yet import the package's entry, which imports WebAssembly as a module: instantiate by hand. */
async function load(): Promise<Glue> {
  const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyApi };
  const name = '@prisma/schema-engine-wasm/schema_engine_bg';
  const glue = (await import(name)) as Glue;
  const binary = createRequire(import.meta.url)
    .resolve(name)
    .replace(/\.js$/u, '.wasm');
  const { instance } = await WebAssembly.instantiate(readFileSync(binary), { './schema_engine_bg.js': glue });
  glue.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return glue;
}

/**
 * Lends Prisma's schema engine over a connection of its own.
 * @param onError told what PostgreSQL said when a script failed
 */
export async function withEngine<T>(
  url: string,
  work: (engine: SchemaEngine) => Promise<T>,
  onError: (error: unknown) => void = () => undefined,
): Promise<T> {
  const glue = await (loaded ??= load());
  const datamodels = schemaFiles().map(({ path, content }): [string, string] => [path, content]);
  const { adapter, close } = wholeScriptAdapter(url, onError);
  const engine = await glue.SchemaEngine.new({ datamodels }, () => undefined, adapter);
  try {
    return await work(engine);
  } finally {
    engine.free();
    await close();
  }
}
