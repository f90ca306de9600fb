import { readFile } from 'node:fs/promises';
import { formatProblem } from '../authoring/format-problem.ts';
import { readDefinition } from '../authoring/read-definition.ts';
import type { DefinitionSource } from '../domain/definition/source.ts';
import type { Locale } from '../domain/model/localized.ts';
import { PlainError } from '../local/plain-error.ts';
import { createPool } from '../store/create-pool.ts';
import { showDefinition } from '../store/definitions.ts';
import { databaseUrl } from './database-url.ts';
import { plainErrors } from './run.ts';
import { unreadableFile } from './unreadable-file.ts';

type Store = Parameters<typeof showDefinition>[0];

/** @throws PlainError for what is not UTF-8: a text guessed from other bytes could say something else to residents */
export async function readText(file: string): Promise<string> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw unreadableFile(file, error);
  });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new PlainError(
      `${file} 不是 UTF-8 文本（可能是 GB18030、GBK 或 UTF-16）；请在编辑器中另存为 UTF-8，或执行 iconv -f GB18030 -t UTF-8。`,
      `${file} is not UTF-8 text (perhaps GB18030, GBK or UTF-16); save it as UTF-8 in the editor, or run iconv -f GB18030 -t UTF-8.`,
    );
  }
}

/** @returns the definition that a file holds, whether or not it may be published @throws PlainError when it is none */
export async function definitionInFile(file: string, locale: Locale): Promise<DefinitionSource> {
  const { source, problems } = readDefinition(await readText(file), { file });
  if (source) return source;
  for (const problem of problems) console.log(formatProblem(problem, locale));
  throw new PlainError(`${file} 不是路径定义。`, `${file} is not a definition.`);
}

/** @param name such as `lung` or `lung@2` @throws PlainError when it is not published */
export async function publishedDefinition(
  store: Store,
  name: string,
): Promise<NonNullable<Awaited<ReturnType<typeof showDefinition>>>> {
  const [pathway = '', version] = name.split('@');
  const found = /^\d*$/u.test(version ?? '')
    ? await showDefinition(store, pathway, version ? Number(version) : undefined)
    : null;
  if (found) return found;
  throw new PlainError(
    `没有已发布的 ${name}。用 yilu definitions list 查看全部。`,
    `There is no published ${name}. See them all with yilu definitions list.`,
  );
}

/** Asks for no calendar and no clock: the tables of definitions are enough. */
export async function withDefinitions(work: (store: Store) => Promise<void>): Promise<void> {
  const url = await databaseUrl();
  await plainErrors(async () => {
    const pool = createPool(url);
    try {
      await work({ pool });
    } finally {
      await pool.end();
    }
  }, url);
}
