import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { readDefinition } from '../../../authoring/read-definition.ts';
import { readRules } from '../../../authoring/read-rules.ts';
import { defaultMessagingRules } from '../../../domain/messaging/rules.ts';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const [example = ''] = [...read('docs/messages.md').matchAll(/^```yaml\n(.*?)^```$/gmsu)].map(
  ([, text]) => text ?? '',
);

it('the guide to messages shows a whole set of rules, and they can be set', () => {
  const { source } = readDefinition(read('definitions/lung.yaml'), { file: 'lung.yaml' });
  const { rules, problems } = readRules(example, { file: 'rules.yaml', definitions: [source!] });
  expect(Object.keys(parse(example) as object)).toEqual(Object.keys(defaultMessagingRules));
  expect(rules?.perDay).toBe(2);
  // The other templates are not registered in the example.
  expect(problems.filter(({ code }) => code !== 'not-registered')).toEqual([]);
});
