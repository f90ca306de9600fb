import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { LineSplitter, longestLine } from '../../cli/score/line-splitter.ts';
import { nearestNames } from '../../cli/score/nearest-names.ts';

const command = new URL('../../cli/commands/score.ts', import.meta.url).href;
const program = `const { scoreCommand } = await import(${JSON.stringify(command)});
await scoreCommand().parseAsync(process.argv.slice(1), { from: 'user' });`;

/** Starts the command as a process of its own. */
const start = (args: readonly string[], nodeOptions: readonly string[] = []) =>
  spawn(process.execPath, [...nodeOptions, '--input-type=module', '--eval', program, '--', ...args]);

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly answers: readonly Record<string, unknown>[];
}

async function score(args: readonly string[], stdin = ''): Promise<Run> {
  const child = start(args);
  // A command that ends before it reads its input closes the pipe.
  child.stdin.on('error', () => {});
  child.stdin.end(stdin);
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  const answers = stdout.startsWith('{')
    ? stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>)
    : [];
  return { status, stdout, stderr, answers };
}

const bowel = { age: 70, sex: 'male', firstDegreeRelative: false, smoker: false };

describe('yilu score', { timeout: 60_000 }, () => {
  it('answers each line with one line, in order, and ends with 0 even with errors among them', async () => {
    const { status, answers } = await score(
      ['apcs'],
      [
        JSON.stringify(bowel),
        '{ not json',
        '',
        JSON.stringify({ input: { ...bowel, age: 40 } }),
        '[1]',
        JSON.stringify({ ...bowel, smoker: 'yes' }),
        JSON.stringify({ ...bowel, age: 50 }),
      ].join('\r\n'),
    );
    expect(status).toBe(0);
    expect(answers).toEqual([
      { input: bowel, result: { score: 4, tier: 'high' } },
      {
        input: '{ not json',
        error: { code: 'malformedJson', message: expect.stringMatching('第 2 行'), field: null },
      },
      { input: '', error: { code: 'malformedJson', message: expect.stringMatching('第 3 行'), field: null } },
      { input: { ...bowel, age: 40 }, result: { score: 1, tier: 'average' } },
      { input: [1], error: { code: 'notAnObject', message: expect.any(String), field: null } },
      {
        input: { ...bowel, smoker: 'yes' },
        error: { code: 'wrongType', message: expect.stringMatching('“smoker”应为布尔值'), field: 'smoker' },
      },
      { input: { ...bowel, age: 50 }, result: { score: 3, tier: 'moderate' } },
    ]);
  });

  it('scores its own answers again to the same answers', async () => {
    const once_ = await score(['apcs'], `${JSON.stringify(bowel)}\n{"age":1}\n`);
    const twice = await score(['apcs'], once_.stdout);
    expect(twice.stdout).toBe(once_.stdout);
  });

  it('says actions and warnings in the language asked for', async () => {
    const nodule = JSON.stringify({ baseline: true, kind: 'solid', meanDiameterMm: 20 });
    const zh = await score(['lungRads2022'], nodule);
    expect(zh.answers[0]).toMatchObject({
      result: { category: '4B', months: null, action: expect.stringMatching('转诊') },
    });
    const en = await score(['lungRads2022', '--locale', 'en'], nodule);
    expect(en.answers[0]).toMatchObject({ result: { action: expect.stringMatching('Refer') } });
    const person = {
      age: 50,
      education: 3,
      bmi: 24,
      copd: false,
      personalCancer: false,
      familyLungCancer: false,
      smoker: 'current',
      cigarettesPerDay: 20,
      smokingYears: 30,
      quitYears: 0,
    };
    const plco = await score(['plcoM2012NoRace', '--locale', 'en'], JSON.stringify(person));
    expect(plco.answers[0]).toMatchObject({
      result: { risk: expect.any(Number), highRisk: expect.any(Boolean) },
      warning: { code: 'outsideDevelopmentAge', message: expect.stringMatching('55–74'), field: 'age' },
    });
  });

  it('adds working days, and refuses a year without official data by name', async () => {
    const { answers } = await score(
      ['workday'],
      [
        { start: '2026-09-30', add: 1 },
        { start: '2026-02-13', add: 1, calendar: 'cn' },
        { start: '2026-12-31', add: 1 },
        { start: '2024-12-31', add: 1 },
        { start: '2026-02-29', add: 1 },
        { start: '2026-03-02', add: 1.5 },
        { start: '2026-03-02', add: 1, calendar: 'mars' },
      ]
        .map((line) => JSON.stringify(line))
        .join('\n'),
    );
    expect(answers).toMatchObject([
      { result: { due: '2026-10-08' } },
      { result: { due: '2026-02-14' } },
      { error: { code: 'yearWithoutOfficialData', message: expect.stringMatching('2027') } },
      { error: { code: 'yearWithoutOfficialData', message: expect.stringMatching('2024') } },
      { error: { code: 'notADate', field: 'start' } },
      { error: { code: 'wrongType', field: 'add' } },
      { error: { code: 'notAllowed', field: 'calendar' } },
    ]);
  });

  it('checks resident identity numbers', async () => {
    const { answers } = await score(
      ['residentId'],
      ['11010519491231002x', '110105194912310021'].map((value) => JSON.stringify({ value })).join('\n'),
    );
    expect(answers.map((answer) => answer['result'])).toEqual([
      { valid: true, birthDate: '1949-12-31', sex: 'female' },
      { valid: false, reason: 'checkDigit' },
    ]);
  });

  it('reads a file, byte order mark and all', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'yilu-score-'));
    try {
      const file = join(folder, 'people.jsonl');
      await writeFile(file, `\uFEFF${JSON.stringify(bowel)}\n`);
      const { status, answers } = await score(['apcs', '--file', file]);
      expect(status).toBe(0);
      expect(answers).toEqual([{ input: bowel, result: { score: 4, tier: 'high' } }]);
      const missing = await score(['apcs', '--file', join(folder, 'nobody.jsonl')]);
      expect(missing.status).toBe(2);
      expect(missing.stderr).toMatch(/找不到文件 .*nobody\.jsonl。\nThere is no file/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('ends with 2 for a model it does not know, and names the near ones', async () => {
    const near = await score(['plcoM2021'], '{}\n');
    expect(near.status).toBe(2);
    expect(near.stderr).toMatch('plcoM2012');
    expect(near.stdout).toBe('');
    const far = await score(['zzzzzzz']);
    expect(far.status).toBe(2);
    expect(far.stderr).toMatch('gastricCai2019');
    expect((await score([])).status).toBe(2);
  });

  it('lists every model with its source and what the clinic has to confirm', async () => {
    const { status, stdout } = await score(['--list']);
    expect(status).toBe(0);
    for (const id of ['plcoM2012', 'llpV3', 'cLungRads', 'gastricCai2019', 'workday', 'residentId']) {
      expect(stdout).toMatch(new RegExp(`^${id}$`, 'm'));
    }
    expect(stdout).toMatch('待本机构确认');
    expect(stdout).toMatch('J Hepatol 2020;73:1368');
  });

  it('keeps memory bounded, and loses no line to a slow reader', async () => {
    // The answers (over 100 MB) would not fit in this heap.
    const child = start(['apcs'], ['--max-old-space-size=24', '--max-semi-space-size=1']);
    const lines = 1_000;
    const block = `${JSON.stringify({ input: bowel, result: 'x'.repeat(40) })}\n`.repeat(lines);
    const blocks = 800;
    const feed = async () => {
      for (let sent = 0; sent < blocks; sent += 1) {
        if (!child.stdin.write(block)) await once(child.stdin, 'drain');
      }
      child.stdin.end();
    };
    let answered = 0;
    let turns = 0;
    const read = async () => {
      for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
        for (const byte of chunk) if (byte === 10) answered += 1;
        turns += 1;
        if (turns % 50 === 0) await new Promise(setImmediate);
      }
    };
    const [[status]] = await Promise.all([once(child, 'close') as Promise<[number | null]>, feed(), read()]);
    expect(status).toBe(0);
    expect(answered).toBe(lines * blocks);
  });

  it('stops quietly when its reader goes away', async () => {
    const child = start(['apcs']);
    child.stdin.on('error', () => {});
    const stderr = text(child.stderr);
    child.stdin.write(`${JSON.stringify(bowel)}\n`);
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const closed = once(child, 'exit') as Promise<[number | null]>;
    child.stdin.end(`${JSON.stringify(bowel)}\n`.repeat(5_000));
    expect((await closed)[0]).toBe(0);
    expect(await stderr).toBe('');
  });
});

describe('the line splitter', () => {
  const split = (...chunks: string[]) => {
    const splitter = new LineSplitter();
    return [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()];
  };

  it.each([
    [[], []],
    [[''], []],
    [['\n'], ['']],
    [['a\nb'], ['a', 'b']],
    [['a\nb\n'], ['a', 'b']],
    [
      ['a', 'b', '\n', 'c\r', '\nd'],
      ['ab', 'c', 'd'],
    ],
    [
      ['\uFEFFa\n', '\uFEFFb'],
      ['a', '\uFEFFb'],
    ],
  ])('%j gives %j', (chunks, lines) => {
    expect(split(...chunks)).toEqual(lines);
  });

  it('drops a line that is too long, and goes on after it', () => {
    const half = 'x'.repeat(longestLine / 2);
    expect(split('a\n', half, half, 'x', half, '\nb\n')).toEqual(['a', null, 'b']);
    expect(split(half, half, '\nb')).toEqual([half + half, 'b']);
    expect(split(half, half, 'x')).toEqual([null]);
  });
});

describe('near names', () => {
  const known = ['plcoM2012', 'plcoM2012NoRace', 'llpV2', 'llpV3', 'apcs'];
  it.each([
    ['plco', ['plcoM2012', 'plcoM2012NoRace']],
    ['LLPV4', ['llpV2', 'llpV3']],
    ['acps', ['apcs']],
    ['gastroscopy', []],
  ])('%s: %j', (word, near) => {
    expect(nearestNames(word, known)).toEqual(near);
  });
});
