import { compileDefinition } from '../domain/definition/compile.ts';
import { definitionSourceSchema, type DefinitionSource } from '../domain/definition/source.ts';
import type { Localized } from '../domain/model/localized.ts';
import { orderedHash } from './canonical-json.ts';
import type { StoreDeps } from './deps.ts';
import { rows } from './sql.ts';
import { inTransaction } from './transaction.ts';

export interface PublishedDefinition {
  readonly pathway: string;
  readonly version: number;
  readonly contentHash: string;
  readonly title: Localized;
  /** UTC epoch milliseconds. */
  readonly publishedAt: number;
  readonly publishedBy: string;
}

interface Row extends Omit<PublishedDefinition, 'title'> {
  readonly source: DefinitionSource;
}

const columns = `pathway, version, content_hash as "contentHash", source, published_at as "publishedAt",
  published_by as "publishedBy"`;

/**
 * Publishes a definition as the next version of its pathway. What the newest version says already is not published
 * again. The checker is the caller's business; here it must at least compile.
 * @returns the version, and whether it is new
 * @throws DefinitionError
 */
export async function publishDefinition(
  deps: Pick<StoreDeps, 'pool'>,
  source: DefinitionSource,
  by: string,
): Promise<{ readonly version: number; readonly published: boolean; readonly contentHash: string }> {
  // Parsed, so that defaults and the order of the fields are the same however the document was written.
  const canonical = definitionSourceSchema.parse(source);
  const contentHash = orderedHash(canonical);
  return inTransaction(deps.pool, async (client) => {
    await rows(client, '', `select pg_advisory_xact_lock(hashtext($1))`, [`definition/${canonical.pathway}`]);
    const [newest] = await rows<{ version: number; contentHash: string }>(
      client,
      '',
      `select version, content_hash as "contentHash" from pathway_definition
       where pathway = $1 order by version desc limit 1`,
      [canonical.pathway],
    );
    if (newest?.contentHash === contentHash)
      return { version: newest.version, published: false, contentHash };
    const version = (newest?.version ?? 0) + 1;
    compileDefinition(canonical, version);
    await rows(
      client,
      '',
      `insert into pathway_definition (pathway, version, content_hash, source, published_by)
       values ($1, $2, $3, $4, $5)`,
      [canonical.pathway, version, contentHash, JSON.stringify(canonical), by],
    );
    return { version, published: true, contentHash };
  });
}

/** @returns every published version, the newest of each pathway first */
export async function listDefinitions(deps: Pick<StoreDeps, 'pool'>): Promise<PublishedDefinition[]> {
  const found = await rows<Omit<Row, 'source'> & { title: Localized }>(
    deps.pool,
    '',
    `select pathway, version, content_hash as "contentHash", source->'title' as title,
       published_at as "publishedAt", published_by as "publishedBy"
     from pathway_definition order by pathway, version desc`,
  );
  return found;
}

/** @returns a published definition with its source, the newest version if none is given; null when there is none */
export async function showDefinition(
  deps: Pick<StoreDeps, 'pool'>,
  pathway: string,
  version?: number,
): Promise<(PublishedDefinition & { readonly source: DefinitionSource }) | null> {
  const [row] = await rows<Row>(
    deps.pool,
    '',
    `select ${columns} from pathway_definition where pathway = $1 and version = coalesce($2::int, version)
     order by version desc limit 1`,
    [pathway, version ?? null],
  );
  if (!row) return null;
  const source = definitionSourceSchema.parse(row.source);
  return { ...row, source, title: source.title };
}

/** @returns the newest version of every pathway */
export async function newestSources(deps: Pick<StoreDeps, 'pool'>): Promise<DefinitionSource[]> {
  const found = await rows<Pick<Row, 'source'>>(
    deps.pool,
    '',
    'select distinct on (pathway) source from pathway_definition order by pathway, version desc',
  );
  return found.map(({ source }) => definitionSourceSchema.parse(source));
}
