import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import type { OpenApiDocument } from './openapi-document.ts';

type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

interface Media {
  readonly schema?: unknown;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value?: unknown }>>;
}
interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: Readonly<Record<string, unknown>>;
}
interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content?: Readonly<Record<string, Media>> }>
  >;
}

/** The page needs no script and nothing from outside, so that it reads on a closed network and prints. */
const style = `
:root { color-scheme: light dark; --line: light-dark(#dde3ea, #333a42); --soft: light-dark(#f5f7f9, #1b1f24); --ink: light-dark(#17202a, #e6e9ec); --accent: light-dark(#0b5c8a, #6fbbe6); }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.6 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; color: var(--ink); background: light-dark(#fff, #14171a); display: grid; grid-template-columns: 19rem minmax(0, 1fr); }
nav { position: sticky; top: 0; height: 100vh; overflow: auto; padding: 1.5rem 1rem; border-right: 1px solid var(--line); background: var(--soft); font-size: .875rem; }
nav h1 { font-size: 1.25rem; margin: 0 0 1rem; }
nav a { display: block; padding: .2rem .4rem; border-radius: .3rem; color: inherit; text-decoration: none; }
nav a:hover, nav a:focus-visible { background: var(--line); }
main { padding: 1.5rem 2.5rem 6rem; max-width: 62rem; }
section { border-top: 1px solid var(--line); padding: 1.5rem 0; }
h2 { font-size: 1.15rem; margin: 0 0 .3rem; }
h3 { font-size: .95rem; margin: 1.2rem 0 .4rem; }
code, pre { font-family: ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; font-size: .85rem; }
pre { background: var(--soft); border: 1px solid var(--line); border-radius: .4rem; padding: .7rem .9rem; overflow: auto; margin: .4rem 0; }
.method { display: inline-block; min-width: 3.2rem; font-weight: 700; color: var(--accent); font-family: ui-monospace, monospace; font-size: .8rem; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem .35rem 0; border-bottom: 1px solid var(--line); }
details { margin: .3rem 0; } summary { cursor: pointer; }
a { color: var(--accent); }
@media (max-width: 50rem) { body { display: block; } nav { position: static; height: auto; } main { padding: 1rem; } }
@media print { body { display: block; } nav { display: none; } }`;

const json = (value: unknown): Html => html`<pre><code>${JSON.stringify(value, null, 2)}</code></pre>`;

const parameterTable = (parameters: readonly Parameter[]): Html =>
  html`<h3>参数 / Parameters</h3>
    <table>
      <thead>
        <tr>
          <th scope="col">名称 / Name</th>
          <th scope="col">位置 / In</th>
          <th scope="col">说明 / Meaning</th>
        </tr>
      </thead>
      <tbody>
        ${parameters.map(
          ({ name, in: where, required, description, schema }) =>
            html`<tr>
              <td><code>${name}</code>${required ? ' *' : ''}</td>
              <td>${where}</td>
              <td>${description ?? schema?.['description'] ?? ''} <code>${kindOf(schema)}</code></td>
            </tr>`,
        )}
      </tbody>
    </table>`;

function kindOf(schema: Readonly<Record<string, unknown>> | undefined): string {
  if (!schema) return '';
  const { enum: values, format, type } = schema;
  if (Array.isArray(values)) return values.join(' | ');
  return String(format ?? type ?? '');
}

function bodies(content: Readonly<Record<string, Media>>): Html[] {
  return Object.entries(content).map(([type, { example, examples, schema }]) => {
    const shown = examples
      ? Object.values(examples).map(({ value }) => value)
      : example === undefined
        ? []
        : [example];
    return html`<div>
      <code>${type}</code>
      ${shown.map((value) => (typeof value === 'string' ? html`<pre><code>${value}</code></pre>` : json(value)))}
      ${
        schema
          ? html`<details>
              <summary>结构 / Schema</summary>
              ${json(schema)}
            </details>`
          : ''
      }
    </div>`;
  });
}

const responseBlock = ([status, { description, content = {} }]: [
  string,
  Operation['responses'][string],
]): Html =>
  Number(status) < 300
    ? html`<p><strong>${status}</strong> ${description}</p>
        ${bodies(content)}`
    : html`<details>
        <summary><strong>${status}</strong> ${description}</summary>
        ${bodies(content)}
      </details>`;

const section = (path: string, method: string, operation: Operation): Html =>
  html`<section id="${operation.operationId ?? ''}">
    <h2>${operation.summary ?? ''}</h2>
    <p><span class="method">${method.toUpperCase()}</span> <code>${path}</code></p>
    ${operation.description ? prose(operation.description) : ''}
    ${operation.parameters ? parameterTable(operation.parameters) : ''}
    ${
      operation.requestBody
        ? html`<h3>请求内容 / Request</h3>
            ${bodies(operation.requestBody.content)}`
        : ''
    }
    <h3>答复 / Answers</h3>
    ${Object.entries(operation.responses).map(responseBlock)}
  </section>`;

/** The few marks that the description uses. */
const prose = (text: string): Html =>
  html`${text
    .split(/\n+/u)
    .map((line) =>
      line.startsWith('- ') ? html`<p>• ${marked(line.slice(2))}</p>` : html`<p>${marked(line)}</p>`,
    )}`;
const marked = (line: string): (Html | string)[] =>
  line.split(/(\*\*[^*]+\*\*|`[^`]+`)/u).map((part) => {
    if (part.startsWith('**')) return html`<strong>${part.slice(2, -2)}</strong>`;
    return part.startsWith('`') ? html`<code>${part.slice(1, -1)}</code>` : part;
  });

/** @returns the interface as a page that people read, made of its OpenAPI document */
export function docsPage(document: OpenApiDocument): Html {
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item as Record<string, unknown>)
      .filter(([method]) => ['get', 'post', 'put', 'patch', 'delete'].includes(method))
      .map(([method, operation]) => ({ path, method, operation: operation as Operation })),
  );
  const schemas = Object.entries(document.components?.schemas ?? {});
  return html`<!doctype html>
    <html lang="zh-CN">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${document.info.title} · 接口文档 / API</title>
        <style>
          ${raw(style)}
        </style>
      </head>
      <body>
        <nav aria-label="接口 / Operations">
          <h1>${document.info.title}</h1>
          ${operations.map(
            ({ method, operation }) =>
              html`<a href="#${operation.operationId ?? ''}"
                ><span class="method">${method.toUpperCase()}</span> ${operation.summary ?? ''}</a
              >`,
          )}
          <a href="#schemas">数据结构 / Schemas</a>
          <a href="/api/openapi.json">openapi.json</a>
        </nav>
        <main>
          <h1>接口文档 / API ${document.info.version}</h1>
          ${prose(document.info.description ?? '')}
          ${operations.map(({ path, method, operation }) => section(path, method, operation))}
          <section id="schemas">
            <h2>数据结构 / Schemas</h2>
            ${schemas.map(
              ([name, schema]) =>
                html`<details id="schema-${name}">
                  <summary><code>${name}</code></summary>
                  ${json(schema)}
                </details>`,
            )}
          </section>
        </main>
      </body>
    </html>`;
}
