import { z } from '@hono/zod-openapi';
import type { Locale, Localized } from '../../domain/model/localized.ts';

/** One field that is wrong. */
export interface FieldProblem {
  readonly in: 'body' | 'query' | 'path' | 'header';
  /** Dotted path; empty for the whole. */
  readonly field: string;
  readonly message: Localized;
}

export interface ProblemInit {
  readonly status: number;
  /** Stable, PascalCase: what a program goes by. */
  readonly code: string;
  readonly title: Localized;
  /** What is wrong with this request, and what would be right. */
  readonly detail: Localized;
  readonly errors?: readonly FieldProblem[];
  /** What would have been accepted, where that is a list. */
  readonly accepted?: readonly string[];
  readonly field?: string;
  /** Roles that may do what the caller may not. */
  readonly mayBeDoneBy?: readonly { readonly role: string; readonly title: Localized }[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown anywhere in a route; answered as RFC 9457 problem details in the caller's language. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly init: ProblemInit;
  constructor(init: ProblemInit) {
    super(`${init.code}: ${init.detail.en}`);
    this.init = init;
  }
}

export const problemSchema = z
  .object({
    type: z.string().openapi({ description: 'urn:yilu:problem:<code>' }),
    title: z.string(),
    status: z.int(),
    code: z.string().openapi({ description: 'Stable; what a program goes by.' }),
    detail: z
      .string()
      .openapi({ description: 'What is wrong and what would be right, in the language asked for.' }),
    instance: z.string().openapi({ description: 'Id of the request, as the log has it.' }),
    field: z.string().optional(),
    accepted: z.array(z.string()).optional(),
    errors: z.array(z.object({ in: z.string(), field: z.string(), message: z.string() })).optional(),
    mayBeDoneBy: z.array(z.object({ role: z.string(), title: z.string() })).optional(),
  })
  .openapi('Problem');

/** @returns the answer to a request that failed */
export function problemResponse(init: ProblemInit, locale: Locale, requestId: string): Response {
  const body: z.infer<typeof problemSchema> = {
    type: `urn:yilu:problem:${init.code}`,
    title: init.title[locale],
    status: init.status,
    code: init.code,
    detail: init.detail[locale],
    instance: `urn:yilu:request:${requestId}`,
    ...(init.field !== undefined && { field: init.field }),
    ...(init.accepted && { accepted: [...init.accepted] }),
    ...(init.errors && {
      errors: init.errors.map(({ in: where, field, message }) => ({
        in: where,
        field,
        message: message[locale],
      })),
    }),
    ...(init.mayBeDoneBy && {
      mayBeDoneBy: init.mayBeDoneBy.map(({ role, title }) => ({ role, title: title[locale] })),
    }),
  };
  return new Response(JSON.stringify(body), {
    status: init.status,
    headers: {
      'Content-Type': 'application/problem+json; charset=utf-8',
      'Content-Language': locale === 'zh' ? 'zh-CN' : 'en',
      ...init.headers,
    },
  });
}
