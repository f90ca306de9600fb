import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readAndCheck } from '../../../authoring/read-definition.ts';
import { variableNames } from '../../../domain/messaging/variables.ts';
import { stepKinds } from '../../../domain/steps/step-kinds.ts';

const guide = readFileSync(new URL('../../../docs/definitions.md', import.meta.url), 'utf8');
const blocks = (language: string): string[] =>
  [...guide.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gmsu'))].map(
    (match) => match[1] ?? '',
  );

/** @returns true when everything in the part is in the whole as well */
function within(part: unknown, whole: unknown): boolean {
  if (typeof part !== 'object' || part === null) return part === whole;
  if (typeof whole !== 'object' || whole === null) return false;
  if (Array.isArray(part))
    return Array.isArray(whole) && part.every((item) => whole.some((other) => within(item, other)));
  return Object.entries(part).every(([key, value]) => within(value, (whole as Record<string, unknown>)[key]));
}

const occurs = (part: unknown, whole: unknown): boolean =>
  within(part, whole) ||
  (typeof whole === 'object' && whole !== null && Object.values(whole).some((inner) => occurs(part, inner)));

const snippets = blocks('yaml');
const whole = snippets.at(-1) ?? '';
const check = (text: string) => readAndCheck(text, { file: 'guide.yaml' }).problems;

describe('the guide to definitions', () => {
  it('builds a pathway that passes without even a hint', () => {
    expect(whole).toContain('pathway: colorectal-example');
    expect(check(whole)).toEqual([]);
  });

  it.each(snippets.slice(0, -1).map((snippet) => [snippet.split('\n')[0] ?? '', snippet]))(
    'shows a part of that pathway as it stands in it: %s',
    (_first, snippet) => expect(occurs(parse(snippet), parse(whole))).toBe(true),
  );

  it('quotes what the checker says', () => {
    const spoilt = whole.replace(/^ *missed: \{ open: home-visit \}\n/mu, '');
    expect(spoilt).not.toBe(whole);
    const [problem, ...others] = check(spoilt);
    expect(others).toEqual([]);
    expect(blocks('text')).toEqual([`${problem?.message.en}\n${problem?.remedy.en}\n`]);
  });

  it.each(Object.entries(stepKinds))('lists the outcomes of %s', (name, kind) => {
    const row = guide.split('\n').find((line) => line.startsWith(`| \`${name}\` `));
    expect(row).toContain(kind.title.zh);
    const [, , , must = '', may = ''] = (row ?? '').split('|');
    for (const [outcome, rule] of Object.entries(kind.outcomes))
      expect(rule.required ? must : may).toContain(`\`${outcome}\``);
  });

  it.each(variableNames)('explains the variable %s', (name) => expect(guide).toContain(`| \`${name}\` `));
});
