import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stepRef, type JourneyId } from '../../../domain/model/ids.ts';
import { drainInbox, receiveInbox } from '../../../store/inbox.ts';
import { rows } from '../../../store/sql.ts';
import { acknowledgeWarnings, listWarnings, warnings } from '../../../store/warnings.ts';
import { runYilu } from '../../support/run-yilu.ts';
import { storeFixture, type StoreFixture } from '../../support/store-fixture.ts';

let f: StoreFixture;
let journey: JourneyId;
beforeAll(async () => {
  f = await storeFixture();
  // The deadlines of the fixture's clock are long past for the command's; nothing else is to be found wanting.
  journey = await f.journey();
  await rows(f.store.pool, '', `update journey set next_deadline_at = now() + interval '1 year'`);
});
afterAll(() => f.close());

let count = 0;
/** A notice to the resident of the journey, finished so many days ago. */
async function notice(
  status: 'failed' | 'sent',
  daysAgo: number,
  more: { template?: string } = {},
): Promise<string> {
  const key = `n${(count += 1)}`;
  await rows(
    f.store.pool,
    '',
    `insert into notice (key, journey_id, step, recipient_kind, template, parameters, due_at, status, error, finished_at)
     values ($1, $2, 'questions#1', 'resident', $3, '{}', now(), $4, 'no-address', now() - $5 * interval '1 day')`,
    [key, journey, more.template ?? 'reminder-resident', status, daysAgo],
  );
  return `notice/${key}`;
}
const ids = async (): Promise<string[]> => (await listWarnings(f.store)).map(({ id }) => id);
const clear = () => rows(f.store.pool, '', 'delete from notice');

describe('warnings', () => {
  it('do not lapse: a failed notice of last year is still one', async () => {
    const id = await notice('failed', 365);
    expect(await ids()).toEqual([id]);
    expect(await warnings(f.store)).toEqual({ refusedFacts: 0, failedNotices: 1 });
    await clear();
  });

  it('ring again when what was acknowledged is sent again and fails anew', async () => {
    const id = await notice('failed', 3);
    expect(await acknowledgeWarnings(f.store, [id], { reason: '知道了', by: '值班' })).toHaveLength(1);
    expect(await ids()).toEqual([]);
    await rows(f.store.pool, '', `update notice set finished_at = now() + interval '1 second'`);
    expect(await ids()).toEqual([id]);
    await clear();
  });

  it('are mended by a later notice that reached whom it was for, not by an earlier one', async () => {
    const id = await notice('failed', 3);
    await notice('sent', 4);
    expect(await ids()).toEqual([id]);
    await notice('sent', 2);
    expect(await ids()).toEqual([]);
    await clear();
  });

  it('are mended, if they called for something, when the step is closed; what told of something is not', async () => {
    const told = await notice('failed', 3, { template: 'result' });
    const called = await notice('failed', 2);
    expect(await ids()).toEqual([told, called]);
    const rename = (from: string, to: string) =>
      rows(f.store.pool, '', 'update open_step set step = $2 where step = $1 returning step', [from, to]);
    expect(await rename('questions#1', 'questions#2')).toHaveLength(1);
    expect(await ids()).toEqual([told]);
    await rename('questions#2', 'questions#1');
    await clear();
  });
});

describe('yilu check', () => {
  const check = (...words: string[]) => runYilu(f.url, 'check', ...words);

  it('tells warnings until they are acknowledged with a reason, which is kept', async () => {
    const failed = await notice('failed', 30);
    await receiveInbox(f.store, {
      source: 'ris',
      id: 'R-1',
      journey,
      body: {
        kind: 'OutcomeRecorded',
        by: { kind: 'outside', system: 'ris' },
        step: stepRef('nowhere', 1),
        outcome: 'attended',
      },
    });
    await drainInbox(f.store, 10);
    const [first, refused = ''] = await ids();
    expect([first, refused]).toEqual([failed, expect.stringMatching(/^fact\/\d+$/u)]);

    const told = await check();
    expect(told).toMatchObject({
      code: 0,
      out: expect.stringMatching(new RegExp(`no-address +${journey} +${failed}`, 'u')),
    });
    expect(told.out).toMatch(new RegExp(`StepUnknown +${journey} +${refused}`, 'u'));

    expect(await check('--acknowledge', failed)).toMatchObject({
      code: 1,
      err: expect.stringContaining('--reason'),
    });
    expect(await check('--acknowledge', failed, '--reason', '已电话告知', '--by', '值班')).toMatchObject({
      code: 0,
      out: expect.stringContaining('已电话告知'),
    });
    expect(await ids()).toEqual([refused]);
    const again = await check('--acknowledge', failed, refused, 'fact/0', '--reason', 'x', '--by', 'y');
    expect(again).toMatchObject({ code: 1, err: expect.stringMatching(/fact\/0/u) });
    expect(
      await rows(
        f.store.pool,
        '',
        'select warning, reason, acknowledged_by from warning_acknowledged where warning = any($1) order by 1',
        [[refused, failed]],
      ),
    ).toEqual([
      { warning: refused, reason: 'x', acknowledged_by: 'y' },
      { warning: failed, reason: '已电话告知', acknowledged_by: '值班' },
    ]);
    expect((await check()).out).not.toMatch(/warning:/u);
    expect(JSON.parse((await check('--json')).out)).toMatchObject({
      broken: 0,
      warnings: { refusedFacts: 0, failedNotices: 0, list: [] },
      outgoing: null,
    });
  });
});
