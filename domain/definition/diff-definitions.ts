import type { Localized } from '../model/localized.ts';
import { own } from './own.ts';
import { definitionSourceSchema, type DefinitionSource } from './source.ts';

/** One difference between two versions of a definition, in words. */
export interface DefinitionChange {
  readonly kind: 'added' | 'removed' | 'changed';
  readonly path: readonly (string | number)[];
  readonly message: Localized;
}

const nouns: Readonly<Record<string, Localized>> = {
  facts: { zh: '数据项', en: 'fact' },
  anchors: { zh: '时间锚点', en: 'anchor' },
  ladders: { zh: '升级阶梯', en: 'ladder' },
  forms: { zh: '问卷表', en: 'form' },
  templates: { zh: '消息模板', en: 'template' },
  stages: { zh: '阶段', en: 'stage' },
  steps: { zh: '步骤', en: 'step' },
  outcomes: { zh: '结局', en: 'outcome' },
  options: { zh: '选项', en: 'option' },
};

const partNames: Readonly<Record<string, Localized>> = {
  due: { zh: '期限', en: 'deadline' },
  ladder: { zh: '升级阶梯', en: 'ladder' },
  owner: { zh: '负责人', en: 'owner' },
  title: { zh: '名称', en: 'title' },
  kind: { zh: '种类', en: 'kind' },
  lead: { zh: '提前打开', en: 'lead' },
  anchor: { zh: '起算锚点', en: 'anchor' },
  schedule: { zh: '计划', en: 'schedule' },
  entry: { zh: '进入时打开的步骤', en: 'entry' },
  records: { zh: '须记录的数据项', en: 'facts to record' },
  rungs: { zh: '各级', en: 'rungs' },
  repeat: { zh: '重复间隔', en: 'repeat' },
  form: { zh: '问卷表', en: 'form' },
  missedAfter: { zh: '视为逾期的时间', en: 'time until missed' },
  expiresAfter: { zh: '失效时间', en: 'time until expired' },
  urgent: { zh: '立即发出', en: 'urgency' },
  bring: { zh: '携带物品与地点', en: 'what to bring' },
  validFor: { zh: '有效时间', en: 'validity' },
};

/** @returns what changed from the first definition to the second, in the order of the document; none when they mean the same */
export function diffDefinitions(before: DefinitionSource, after: DefinitionSource): DefinitionChange[] {
  // Parsed, so that defaults are filled in and the order of the language's own keys does not count.
  return compare(definitionSourceSchema.parse(before), definitionSourceSchema.parse(after), []);
}

/** Maps of names, in which an entry is added or removed as a whole, whose own parts are compared one by one. */
const isNameMap = (path: readonly (string | number)[]): boolean => Object.hasOwn(nouns, String(path.at(-1)));
/** Entries of such a map, and the definition itself. */
const isEntry = (path: readonly (string | number)[]): boolean =>
  path.length === 0 ||
  (path.length % 2 === 0 &&
    isNameMap(path.slice(0, -1)) &&
    path.at(-2) !== 'outcomes' &&
    path.at(-2) !== 'options');

type Group = Readonly<Record<string, unknown>>;
const isGroup = (value: unknown): value is Group =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function compare(before: unknown, after: unknown, path: readonly (string | number)[]): DefinitionChange[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (isGroup(before) && isGroup(after) && (isNameMap(path) || isEntry(path))) {
    const keys = [...Object.keys(before), ...Object.keys(after).filter((key) => !Object.hasOwn(before, key))];
    const changes = keys.flatMap((key) => compareKey(before, after, key, path));
    return changes.length > 0 ? changes : [reordered(path, before, after)];
  }
  const [name, part] = [entryName(path), partName(path)];
  const [was, is] = [inWords(before), inWords(after)];
  return [
    {
      kind: 'changed',
      path,
      message: {
        zh: `${name.zh}：${part.zh}由 ${was} 改为 ${is}`,
        en: `${name.en}: ${part.en} changed from ${was} to ${is}`,
      },
    },
  ];
}

function compareKey(
  before: Group,
  after: Group,
  key: string,
  path: readonly (string | number)[],
): DefinitionChange[] {
  const at = [...path, key];
  const [had, has] = [Object.hasOwn(before, key), Object.hasOwn(after, key)];
  if (had && has) return compare(before[key], after[key], at);
  const kind = has ? 'added' : 'removed';
  const verb = has ? { zh: '新增', en: 'added' } : { zh: '删除', en: 'removed' };
  const inMap = isNameMap(path);
  const value = has ? after[key] : before[key];
  const within = inMap
    ? entryName(at)
    : { zh: `${entryName(path).zh}：${partName(at).zh}`, en: `${entryName(path).en}: ${partName(at).en}` };
  const shown = inMap && path.at(-1) !== 'outcomes' ? '' : ` ${inWords(value)}`;
  return [
    {
      kind,
      path: at,
      message: { zh: `${within.zh}${verb.zh}${shown}`, en: `${within.en} ${verb.en}${shown}` },
    },
  ];
}

function reordered(path: readonly (string | number)[], before: Group, after: Group): DefinitionChange {
  const [was, is] = [Object.keys(before).join(', '), Object.keys(after).join(', ')];
  const part = own(nouns, String(path.at(-1))) ?? { zh: '顺序', en: 'order' };
  const name = entryName(path.slice(0, -1));
  return {
    kind: 'changed',
    path,
    message: {
      zh: `${name.zh}：${part.zh}顺序由 ${was} 改为 ${is}`,
      en: `${name.en}: order of its ${part.en}s changed from ${was} to ${is}`,
    },
  };
}

/** @returns "step home-visit", "outcome missed of step home-visit", or the pathway itself */
function entryName(path: readonly (string | number)[]): Localized {
  const names: { noun: Localized; id: string }[] = [];
  for (let i = 0; i + 1 < path.length; i += 2) {
    const noun = own(nouns, String(path[i]));
    if (!noun) break;
    names.push({ noun, id: String(path[i + 1]) });
  }
  const last = names.at(-1);
  if (!last) return { zh: '路径', en: 'pathway' };
  const holder = names.at(-2);
  const isOutcome = last.noun === nouns['outcomes'] || last.noun === nouns['options'];
  const of = isOutcome && holder ? holder : undefined;
  return {
    zh: `${of ? `${of.noun.zh} ${of.id} 的` : ''}${last.noun.zh} ${last.id}`,
    en: `${last.noun.en} ${last.id}${of ? ` of ${of.noun.en} ${of.id}` : ''}`,
  };
}

function partName(path: readonly (string | number)[]): Localized {
  const key = String(path.at(-1) ?? '');
  if (path.at(-2) === 'outcomes') return { zh: '下一步', en: 'what follows' };
  return own(partNames, key) ?? { zh: key, en: key };
}

/** @returns the value as an author would write it on one line */
function inWords(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inWords).join(', ')}]`;
  if (!isGroup(value)) return String(value);
  const entries = Object.entries(value);
  if (entries.length === 1 && entries[0]?.[0] === 'in') return String(entries[0][1]);
  return `{ ${entries.map(([key, part]) => `${key}: ${inWords(part)}`).join(', ')} }`;
}
