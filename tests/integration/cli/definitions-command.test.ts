import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import iconv from 'iconv-lite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { definitionsCommand } from '../../../cli/commands/definitions.ts';
import { templatesCommand } from '../../../cli/commands/templates.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { smallSource } from '../../support/small-pathway.ts';

let database: TestDatabase;
let folder: string;
let file: string;
const said: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  vi.stubEnv('DATABASE_URL', database.url);
  folder = await mkdtemp(join(tmpdir(), 'yilu-definitions-'));
  file = join(folder, 'small.yaml');
  await writeFile(file, stringify(smallSource));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
  await database.drop();
});
beforeEach(() => {
  said.length = 0;
  const keep = (text: unknown): void => void said.push(String(text));
  vi.spyOn(console, 'log').mockImplementation(keep);
  vi.spyOn(console, 'error').mockImplementation(keep);
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = 0;
});

/** @returns what the command said, and the exit code that it asks for */
async function yilu(...args: string[]): Promise<{ text: string; exitCode: number }> {
  return run(definitionsCommand(), args);
}
async function run(command: Command, args: string[]): Promise<{ text: string; exitCode: number }> {
  said.length = 0;
  process.exitCode = 0;
  await command.parseAsync(args, { from: 'user' });
  return { text: said.join('\n'), exitCode: Number(process.exitCode ?? 0) };
}

async function edited(name: string, from: string, to: string): Promise<string> {
  const text = await readFile(file, 'utf8');
  expect(text).toContain(from);
  const other = join(folder, name);
  await writeFile(other, text.replace(from, to));
  return other;
}

describe('yilu definitions', () => {
  it('checks files: says what passes, and fails on what does not', async () => {
    const good = await yilu('check', file, '--locale', 'en');
    expect(good.text).toMatch(
      /small\.yaml: passes \(6 stages, \d+ steps, 0 examples\)\. Nobody can be forgotten\.$/u,
    );
    expect(good.exitCode).toBe(0);
    const bad = await edited('bad.yaml', 'ladder: routine', 'ladder: rutine');
    const { text, exitCode } = await yilu('check', file, bad, '--locale', 'en');
    expect(exitCode).toBe(1);
    expect(text).toMatch(/bad\.yaml:\d+:\d+ error \[unknown-ladder\] There is no ladder "rutine"\./u);
    expect(text).toContain('Did you mean "routine"?');
    expect((await yilu('check', bad)).text).toContain('没有名为“rutine”的升级阶梯');
  });

  it('says plainly that a file cannot be read', async () => {
    const { text, exitCode } = await yilu('check', join(folder, 'absent.yaml'));
    expect(exitCode).toBe(1);
    expect(text).toMatch(/^找不到文件 .*absent\.yaml。\nThere is no file .*absent\.yaml\.$/u);
  });

  it('takes no bytes for text that are not UTF-8, and repeats no more than a little of what is no definition', async () => {
    const legacy = join(folder, 'legacy.yaml');
    await writeFile(legacy, iconv.encode(`# 中文\n${await readFile(file, 'utf8')}`, 'gb18030'));
    for (const act of ['check', 'publish', 'diff']) {
      const { text, exitCode } = await yilu(act, legacy);
      expect(exitCode, act).toBe(1);
      expect(text, act).toMatch(/不是 UTF-8 文本.*另存为 UTF-8[\s\S]*iconv/u);
    }
    const table = await yilu('check', 'examples/residents.csv');
    expect(table.exitCode).toBe(1);
    expect(table.text).toContain('[not-a-definition] 这不是路径定义');
    expect(table.text).not.toContain('990101');
  });

  it('exits as for a server that is away when there is no database', async () => {
    vi.stubEnv('DATABASE_URL', 'postgresql://127.0.0.1:1/yilu');
    try {
      expect(await yilu('list')).toMatchObject({
        exitCode: 69,
        text: expect.stringContaining('连不上数据库'),
      });
      vi.stubEnv('DATABASE_URL', '');
      vi.stubEnv('YILU_HOME', folder);
      expect(await yilu('list')).toMatchObject({
        exitCode: 69,
        text: expect.stringContaining('没有找到数据库'),
      });
    } finally {
      vi.stubEnv('YILU_HOME', undefined);
      vi.stubEnv('DATABASE_URL', database.url);
    }
  });

  it('publishes a version once, and the next only when something changed', async () => {
    expect((await yilu('publish', file, '--locale', 'en')).text).toContain('Published small@1.');
    expect((await yilu('publish', file, '--locale', 'en')).text).toContain('small@1 says the same already');
    const later = await edited('later.yaml', 'in: 5wd', 'in: 7wd');
    expect((await yilu('diff', later, '--locale', 'en')).text).toBe(
      '~ step visit: deadline changed from 5wd to 7wd',
    );
    expect((await yilu('diff', file, later)).text).toBe('~ 步骤 visit：期限由 5wd 改为 7wd');
    expect((await yilu('publish', later)).text).toContain('已发布 small@2');
    const { text } = await yilu('list', '--locale', 'en');
    expect(text).toMatch(/small@2 +Small pathway.*\n.*small@1 +Small pathway/u);
    expect((await yilu('show', 'small@1')).text).toContain('in: 5wd');
    expect((await yilu('show', 'small')).text).toContain('in: 7wd');
  });

  it('publishes nothing that could strand a resident', async () => {
    const bad = await edited('stranding.yaml', 'end: lost-to-follow-up', 'stay: true');
    const { text, exitCode } = await yilu('publish', bad, '--locale', 'en');
    expect(exitCode).toBe(1);
    expect(text).toContain('the resident would be forgotten');
    expect((await yilu('list')).text).not.toContain('small@3');
  });

  it('says what is missing', async () => {
    expect(await yilu('show', 'absent@7')).toMatchObject({ exitCode: 1 });
    vi.stubEnv('DATABASE_URL', '');
    vi.stubEnv('YILU_HOME', folder);
    const { text, exitCode } = await yilu('list');
    expect(exitCode).toBe(69);
    expect(text).toContain('Run npm start first');
    vi.stubEnv('DATABASE_URL', database.url);
  });
});

describe('yilu templates', () => {
  const templates = (...args: string[]) => run(templatesCommand(), args);

  it('lists and previews those of a file, with the length of their text messages', async () => {
    const list = await templates('list', file, '--locale', 'en');
    expect(list).toMatchObject({ exitCode: 0 });
    expect(list.text).toMatch(/welcome +residents +the pathway's +2 segments \(\d+ characters, UCS-2\)/u);
    const { text } = await templates('preview', file, 'welcome', '--locale', 'en');
    expect(text).toContain('Subject: Invitation');
    expect(text).toMatch(/^ {2}\d segments? \(\d+ characters, UCS-2\); at its longest/mu);
  });

  it('previews under rules, and says what is wrong with them', async () => {
    const rules = join(folder, 'rules.yaml');
    const write = (sms: string) =>
      writeFile(
        rules,
        stringify({
          templates: { small: { welcome: { subject: sameIn('区'), body: sameIn('区'), sms: sameIn(sms) } } },
        }),
      );
    await write('来{place}');
    expect(await templates('preview', file, 'welcome', '--rules', rules)).toMatchObject({
      exitCode: 0,
      text: expect.stringContaining('短信: 来示例社区卫生服务中心') as string,
    });
    await write('结节');
    const clinical = await templates('preview', file, 'welcome', '--rules', rules);
    expect(clinical.exitCode).toBe(1);
    expect(clinical.text).toMatch(/rules\.yaml:\d+:\d+ 错误 \[clinical-word-in-sms\]/u);
    await writeFile(rules, 'perDay: 0\n');
    const none = await templates('list', file, '--rules', rules);
    expect(none.exitCode).toBe(1);
    expect(none.text).toMatch(/rules\.yaml:1:9 错误/u);
  });

  it('takes a published pathway, and names the template that was meant', async () => {
    await yilu('publish', file);
    const wrong = await templates('preview', 'small', 'welcom');
    expect(wrong.exitCode).toBe(1);
    expect(wrong.text).toContain('Did you mean "welcome"?');
    expect((await templates('list', 'small@99')).text).toContain('There is no published small@99.');
  });
});

const sameIn = (text: string) => ({ zh: text, en: text });
