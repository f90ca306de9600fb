import { messageOfIssue, type Issue } from '../../domain/definition/issue-message.ts';
import { valueAt } from '../../domain/definition/zod-issue.ts';
import { say, type Localized } from '../../domain/model/localized.ts';
import { badRequest } from './known-problems.ts';
import type { FieldProblem, Problem } from './problem.ts';

function flatten(
  issue: Issue,
  base: readonly PropertyKey[],
): { issue: Issue; path: readonly PropertyKey[] }[] {
  const path = [...base, ...issue.path];
  const nearest = [...(issue.errors ?? [])].sort((a, b) => a.length - b.length)[0];
  if (issue.code === 'invalid_union' && nearest && nearest.length > 0)
    return nearest.flatMap((inner) => flatten(inner, path));
  return [{ issue, path }];
}

const places = { json: 'body', query: 'query', param: 'path', header: 'header' } as const;

/** @returns 400 that names every wrong field, what is wrong with it and what would be right */
export function problemOfIssues(issues: readonly Issue[], target: string, root: unknown): Problem {
  const where = places[target as keyof typeof places] ?? 'body';
  const errors: FieldProblem[] = issues
    .flatMap((issue) => flatten(issue, []))
    .map(({ issue, path }) => ({
      in: where,
      field: path.map(String).join('.'),
      message: messageOfIssue(issue, valueAt(root, path) === undefined),
    }));
  const named = ({ field, message }: FieldProblem): Localized =>
    say(`“${field || where}”${message.zh}`, `"${field || where}" ${message.en}`);
  const all = errors.slice(0, 20).map(named);
  return badRequest(
    'Invalid',
    say(`${all.map(({ zh }) => zh).join('；')}。`, `${all.map(({ en }) => en).join('; ')}.`),
    errors.slice(0, 100),
  );
}
