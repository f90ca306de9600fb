import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import iconv from 'iconv-lite';
import { parse } from 'csv-parse/sync';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImportCounts } from '../../../cli/import/import-residents.ts';
import { makeIdentityNumber } from '../../../domain/resident/identity-number.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { runYilu, startYilu, type CommandResult } from '../../support/run-yilu.ts';

let database: TestDatabase;
let db: pg.Client;
let folder: string;
const yilu = (...args: string[]): Promise<CommandResult> => runYilu(database.url, ...args);
const countsOf = ({ out }: CommandResult): ImportCounts => JSON.parse(out) as ImportCounts;
const file = (name: string): string => join(folder, name);

beforeAll(async () => {
  database = await createTestDatabase();
  db = new pg.Client({ connectionString: database.url });
  await db.connect();
  folder = await mkdtemp(join(tmpdir(), 'yilu-import-'));
  expect(await yilu('organisations', 'import', 'examples/organisations.csv')).toMatchObject({ code: 0 });
  expect(await yilu('staff', 'import', 'examples/staff.csv')).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await db.end();
  await database.drop();
  await rm(folder, { recursive: true });
});

/** Everything of every resident, with the place of the row on disk: equal only if nothing was written. */
const everything = async (): Promise<string> =>
  JSON.stringify((await db.query('select r.*, xmin::text, ctid::text from resident r order by id')).rows);

const heads = '姓名,身份证号,出生日期,性别,手机,社区中心,签约医生';

describe('yilu import', () => {
  it('brings in the example, and a second time changes nothing', async () => {
    const first = await yilu('import', 'examples/residents.csv', '--json');
    expect(first.code).toBe(0);
    expect(countsOf(first)).toMatchObject({ read: 20, created: 20, changed: 0, unchanged: 0, rejected: 0 });
    const before = await everything();
    const again = await yilu('import', 'examples/residents.csv', '--json');
    expect(countsOf(again)).toMatchObject({ created: 0, changed: 0, unchanged: 20, rejected: 0 });
    expect(await everything()).toBe(before);
    expect(await yilu('organisations', 'import', 'examples/organisations.csv')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/created\s+0\n.*changed\s+0\n.*unchanged\s+6/u),
    });
    expect(await yilu('staff', 'import', 'examples/staff.csv')).toMatchObject({
      out: expect.stringMatching(/created\s+0\n.*changed\s+0\n.*unchanged\s+18/u),
    });
  });

  it('does not write the rejects over the file that it reads, under whatever name', async () => {
    const whole = await readFile('examples/residents-with-mistakes.csv');
    await writeFile(file('mine.csv'), whole);
    await symlink(file('mine.csv'), file('link.csv'));
    for (const rejects of ['mine.csv', 'link.csv']) {
      expect(await yilu('import', file('mine.csv'), '--rejects', file(rejects))).toMatchObject({
        code: 1,
        err: expect.stringContaining('would be overwritten'),
      });
      expect(await readFile(file('mine.csv'))).toEqual(whole);
    }
  });

  it('writes what is wrong beside the original row, and takes the corrected file', async () => {
    const rejects = file('rejects.csv');
    const result = await yilu(
      'import',
      'examples/residents-with-mistakes.csv',
      '--rejects',
      rejects,
      '--json',
    );
    expect(result.code).toBe(1);
    expect(countsOf(result)).toMatchObject({ read: 12, created: 2, rejected: 10 });
    const bytes = await readFile(rejects);
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    const rows = parse(bytes, { bom: true }) as string[][];
    expect(rows[0]?.slice(0, 5)).toEqual(['行号 row', '字段 field', '原因', 'reason', '姓名']);
    const original = parse(await readFile('examples/residents-with-mistakes.csv')) as string[][];
    for (const [row, , zh, en, ...cells] of rows.slice(1)) {
      expect(cells).toEqual(original[Number(row) - 1]);
      expect(zh).not.toBe('');
      expect(en).not.toBe('');
    }
    expect(rows.find(([row]) => row === '7')?.[2]).toContain('是否指“榆钱社区”');
    expect(rows.find(([row]) => row === '11')?.[3]).toContain('row 2');
    const number = rows.find(([row]) => row === '4')?.[5] ?? '';
    const corrected = (await readFile(rejects, 'utf8'))
      .split('\r\n')
      .filter((line) => line.includes(number) || line.includes('行号'))
      .join('\r\n')
      .replace('1953/3/30', `${number.slice(6, 10)}/${number.slice(10, 12)}/${number.slice(12, 14)}`);
    await writeFile(file('corrected.csv'), corrected);
    const again = await yilu('import', file('corrected.csv'), '--json');
    expect(countsOf(again)).toMatchObject({ read: 1, created: 1, rejected: 0 });
    expect(existsSync(file('corrected.rejects.csv'))).toBe(false);
  });

  it('reads what Chinese Windows writes, and English heads between tabs', async () => {
    const row = (n: number): string[] => ['王小明', makeIdentityNumber('990103', '1961-05-04', n)];
    await writeFile(
      file('gb.csv'),
      iconv.encode(
        `${heads}\r\n${row(1).join(',')},1961年5月4日,男,161 0000 0301,榆钱社区,董医生\r\n`,
        'gb18030',
      ),
    );
    expect(countsOf(await yilu('import', file('gb.csv'), '--json'))).toMatchObject({
      created: 1,
      rejected: 0,
    });
    await writeFile(
      file('en.tsv'),
      `\uFEFFFull name\tID number\tDate of birth\tGender\tMobile\tCentre\n${row(2).join('\t')}\t1961/5/4\tF\t+86 16100000302\tsl-c2\n`,
    );
    expect(countsOf(await yilu('import', file('en.tsv'), '--json'))).toMatchObject({
      created: 1,
      rejected: 0,
    });
    const { rows } = await db.query(
      `select name, birth_date::text as born, sex, phone, (select code from organisation where id = centre_id) as centre
       from resident where identity_number like '990103%' order by identity_number`,
    );
    expect(rows).toEqual([
      { name: '王小明', born: '1961-05-04', sex: 'male', phone: '16100000301', centre: 'SL-C1' },
      { name: '王小明', born: '1961-05-04', sex: 'female', phone: '16100000302', centre: 'SL-C2' },
    ]);
  });

  it('changes only who has changed, and an empty cell deletes nothing', async () => {
    const number = makeIdentityNumber('990104', '1962-06-05', 1);
    const write = (phone: string): Promise<void> =>
      writeFile(file('one.csv'), `${heads}\n李想,${number},,,${phone},SL-C1,\n`);
    await write('16100000401');
    expect(countsOf(await yilu('import', file('one.csv'), '--json'))).toMatchObject({ created: 1 });
    await write('16100000402');
    expect(countsOf(await yilu('import', file('one.csv'), '--json'))).toMatchObject({ changed: 1 });
    await write('');
    expect(countsOf(await yilu('import', file('one.csv'), '--json'))).toMatchObject({ unchanged: 1 });
    const { rows } = await db.query('select phone from resident where identity_number = $1', [number]);
    expect(rows).toEqual([{ phone: '16100000402' }]);
  });

  it('writes nothing when it only checks', async () => {
    const number = makeIdentityNumber('990105', '1963-07-06', 1);
    await writeFile(file('dry.csv'), `${heads}\n周全,${number},,,,SL-C1,\n`);
    const before = await everything();
    expect(await yilu('import', file('dry.csv'), '--dry-run')).toMatchObject({ code: 0 });
    expect(await everything()).toBe(before);
  });

  it('enrols everybody once, and a resident under way is moved by a transfer, not by a file', async () => {
    expect(await yilu('definitions', 'publish', 'definitions/lung.yaml')).toMatchObject({ code: 0 });
    const number = makeIdentityNumber('990106', '1964-08-07', 1);
    const write = (centre: string): Promise<void> =>
      writeFile(file('enrol.csv'), `${heads}\n吴忧,${number},,,,${centre},\n`);
    await write('SL-C1');
    const first = await yilu('import', file('enrol.csv'), '--enrol', 'lung', '--json');
    expect(countsOf(first)).toMatchObject({ created: 1, enrolled: 1 });
    const again = await yilu('import', file('enrol.csv'), '--enrol', 'lung', '--json');
    expect(countsOf(again)).toMatchObject({ unchanged: 1, enrolled: 0, alreadyEnrolled: 1 });
    await write('SL-C2');
    const elsewhere = await yilu('import', file('enrol.csv'), '--json');
    expect(elsewhere.code).toBe(1);
    expect(countsOf(elsewhere)).toMatchObject({ transferNeeded: 1 });
    expect(
      await yilu('residents', 'transfer', number, '--centre', '柳堤社区', '--doctor', '袁医生'),
    ).toMatchObject({
      code: 0,
    });
    const { rows } = await db.query(
      `select c.code, d.code as doctor from journey j join resident r on r.id = j.resident_id
       join organisation c on c.id = j.centre_id join staff d on d.id = j.doctor_id where r.identity_number = $1`,
      [number],
    );
    expect(rows).toEqual([{ code: 'SL-C2', doctor: 'sl-doctor-3' }]);
    expect(countsOf(await yilu('import', file('enrol.csv'), '--json'))).toMatchObject({ unchanged: 1 });
    const shown = await yilu('journey', number);
    expect(shown).toMatchObject({
      code: 0,
      out: expect.stringMatching(/吴忧[\s\S]*肺癌风险问卷[\s\S]*转移/u),
    });
    expect((await yilu('journey', number, '--locale', 'en')).out).toContain('Lung cancer risk questionnaire');
    expect(await yilu('check')).toMatchObject({ code: 0 });
  });

  it('merges two records of one person, journeys and all', async () => {
    const [keep, twice] = [1, 2].map((n) => makeIdentityNumber('990107', '1965-09-08', n * 2));
    await writeFile(file('two.csv'), `${heads}\n郑重,${keep},,,,SL-C1,\n郑重,${twice},,,,SL-C2,\n`);
    await yilu('import', file('two.csv'));
    expect(await yilu('enrol', twice ?? '', '--pathway', 'lung')).toMatchObject({ code: 0 });
    const merge = ['residents', 'merge', keep ?? '', twice ?? ''];
    for (const [given, says] of [
      [['--yes'], /--reason/u],
      [['--reason', '登记有误'], /--yes/u],
    ] as const) {
      const asked = await yilu(...merge, ...given);
      expect(asked).toMatchObject({ code: 1, err: expect.stringMatching(says) });
      expect(asked.out).toMatch(new RegExp(`身份证号 identity number +${keep} +${twice} +≠`, 'u'));
    }
    expect(await yilu(...merge, '--yes', '--reason', '登记有误')).toMatchObject({ code: 0 });
    expect(await yilu(...merge)).toMatchObject({ code: 0 });
    expect((await yilu('journey', keep ?? '')).out).toMatch(/转移（merged into .*登记有误）/u);
    const byTheOther = await yilu('journey', twice ?? '', '--json');
    const [one, ...more] = byTheOther.out.trim().split('\n');
    expect(JSON.parse(one ?? '')).toMatchObject({
      pathway: 'lung',
      resident: { name: '郑重' },
    });
    expect(more).toEqual([]);
    expect(byTheOther.err).toContain('档案已合并');
    const { rows } = await db.query(
      `select r.identity_number as number, c.code, j.ended_at as ended from journey j
       join resident r on r.id = j.resident_id join organisation c on c.id = j.centre_id
       where r.identity_number like '990107%'`,
    );
    expect(rows).toEqual([{ number: keep, code: 'SL-C1', ended: null }]);
    expect(await yilu('residents', 'died', twice ?? '', '--on', '2026-01-05')).toMatchObject({ code: 0 });
    const after = await db.query(
      `select status, (select ending from journey where resident_id = r.id) as ending from resident r
       where identity_number = $1`,
      [keep],
    );
    expect(after.rows).toEqual([{ status: 'died', ending: 'died' }]);
    expect(await yilu('residents', 'restore', keep ?? '', '--reason', '误录')).toMatchObject({ code: 0 });
    expect(await yilu('residents', 'moved', keep ?? '', '--on', '2026-01-06')).toMatchObject({ code: 0 });
    const moved = await db.query(
      `select status, j.state->'ending'->>'kind' as ending,
         to_timestamp((j.state->'ending'->>'happenedAt')::float8 / 1000) as on
       from resident r join journey j on j.resident_id = r.id where identity_number = $1`,
      [keep],
    );
    const told = await yilu('journey', keep ?? '');
    expect(told.out).toMatch(
      /结束 .*迁出（发生于 2026-01-06 12:00）[\s\S]*结束：迁出（发生于 2026-01-06 12:00）/u,
    );
    expect((await yilu('journey', keep ?? '', '--locale', 'en')).out).toContain(
      '(happened 2026-01-06 12:00)',
    );
    expect(moved.rows).toEqual([
      { status: 'moved', ending: 'moved', on: new Date('2026-01-06T12:00:00+08:00') },
    ]);
  });
});

describe('what a person can put right is said in a sentence', () => {
  it.each([
    ['a file that is not there', ['import', 'nowhere.csv'], 1, /找不到文件/u],
    ['a pathway that is not there', ['import', 'examples/residents.csv', '--enrol', 'lunge'], 1, /尚未发布/u],
    ['overdue on a pathway that is not there', ['overdue', '--pathway', 'lunge'], 1, /尚未发布/u],
    ['a resident who is not there', ['enrol', '990199190001010010', '--pathway', 'lung'], 1, /没有编号/u],
    ['a journey that is not there', ['journey', 'x'], 1, /没有编号/u],
    [
      'an organisation that is not there',
      ['overdue', '--organisation', '榆线社区'],
      1,
      /是否指“榆钱社区”？\n/u,
    ],
    ['a command without its argument', ['import'], 2, /缺少参数/u],
    ['adopting with nobody to ask', ['adopt', 'examples/events.jsonl'], 1, /--preview/u],
  ])('%s', async (_, args, code, said) => {
    const result = await yilu(...args);
    expect(result.code).toBe(code);
    expect(result.err).toMatch(said);
    expect(result.err).not.toContain('    at ');
  });

  it('the database being away', async () => {
    const result = await runYilu('postgresql://nobody:x@127.0.0.1:1/none', 'check');
    expect(result).toMatchObject({ code: 69, out: '' });
    expect(result.err).toMatch(/连不上数据库[\s\S]*npm start/u);
  });
});

describe('an import that is killed', () => {
  it('goes on when the same command is given again: nobody twice, nobody left out', async () => {
    const people = 30_000;
    const rows = Array.from({ length: people }, (_, i) => {
      const born = `19${40 + (i % 40)}-${String(1 + (i % 12)).padStart(2, '0')}-${String(1 + (i % 28)).padStart(2, '0')}`;
      return `甲乙,${makeIdentityNumber(`9910${i % 7}0`, born, Math.floor(i / 840))},,,,SL-C3,`;
    });
    expect(new Set(rows).size).toBe(people);
    await writeFile(file('many.csv'), `${heads}\n${rows.join('\n')}\n`);
    const written = async (): Promise<number> => {
      const { rows: found } = await db.query<{ count: string }>(
        `select count(*) from resident where identity_number like '9910%'`,
      );
      return Number(found[0]?.count);
    };
    const running = startYilu(database.url, 'import', file('many.csv'));
    while ((await written()) === 0 && running.child.exitCode === null) await sleep(5);
    running.child.kill('SIGKILL');
    await running.result;
    const before = await written();
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(people);
    const again = countsOf(await yilu('import', file('many.csv'), '--json'));
    expect(again).toMatchObject({ read: people, created: people - before, unchanged: before, rejected: 0 });
    expect(await written()).toBe(people);
  });
});
