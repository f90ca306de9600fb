import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallSource } from '../../support/small-pathway.ts';
import { storeFixture, type StoreFixture } from '../../support/store-fixture.ts';
import { asEventId } from '../../../domain/model/ids.ts';
import { advance } from '../../../store/advance.ts';
import { publishDefinition } from '../../../store/definitions.ts';
import { Conflict, EventIdReused, NotFound } from '../../../store/errors.ts';
import { enrol } from '../../../store/enrol.ts';
import { journeyById, journeysOf } from '../../../store/journey-by-id.ts';
import { mergesOf } from '../../../store/merges.ts';
import {
  mergeResidents,
  residentDied,
  residentMoved,
  residentOptedIn,
  residentOptedOut,
  transferResident,
} from '../../../store/person-events.ts';
import { residentById } from '../../../store/residents.ts';
import { drainInbox, receiveInbox } from '../../../store/inbox.ts';
import { restoreResident } from '../../../store/restore-resident.ts';
import type { JourneyId } from '../../../domain/model/ids.ts';
import { rows } from '../../../store/sql.ts';
import { timeline } from '../../../store/timeline.ts';
import { runYilu } from '../../support/run-yilu.ts';
import { doctor } from '../../support/random-walk.ts';

let f: StoreFixture;
beforeAll(async () => {
  f = await storeFixture();
  for (const pathway of ['second', 'third'])
    await publishDefinition(f.store, { ...smallSource, pathway }, 'test');
});
afterAll(() => f.close());

/** A resident on three pathways at once. */
async function person(centre = 'C0') {
  const resident = await f.resident(centre);
  const journeys = [];
  for (const pathway of ['small', 'second', 'third'])
    journeys.push(await f.journey({ resident, pathway, idempotencyKey: `${resident}/${pathway}` }));
  return { resident, journeys };
}
const list = (resident: string) => journeysOf(f.store, f.callers.district, resident);

describe('what happens to a person', () => {
  it('ends every journey when the person dies, and enrols nobody who has died', async () => {
    const { resident, journeys } = await person();
    const input = { resident, idempotencyKey: `${resident}/died` };
    const answers = await residentDied(f.store, f.callers.centre0, input);
    expect(answers.map(({ journey }) => journey).toSorted()).toEqual(journeys.toSorted());
    expect((await list(resident)).map(({ ending }) => ending)).toEqual(['died', 'died', 'died']);
    expect((await residentById(f.store, f.callers.district, resident))?.status).toBe('died');
    const again = await residentDied(f.store, f.callers.centre0, input);
    expect(again.map(({ journey, status }) => [journey, status])).toEqual(
      answers.map(({ journey }) => [journey, 'known']),
    );
    const anew = { ...input, idempotencyKey: `${resident}/died again` };
    expect(await residentDied(f.store, f.callers.centre0, anew)).toEqual([]);
    await expect(
      enrol(f.store, f.callers.district, { resident, pathway: 'small', idempotencyKey: `${resident}/again` }),
    ).rejects.toBeInstanceOf(Conflict);
  });

  it('is all or nothing: one journey that cannot be written leaves all of them as they were', async () => {
    const { resident, journeys } = await person();
    const victim = journeys.toSorted()[2] ?? '';
    await f.store.pool.query(`
      create function fail_once() returns trigger language plpgsql as $$
      begin if new.id = '${victim}' and new.ended_at is not null then raise exception 'no'; end if; return new; end $$;
      create trigger fail_once before update on journey for each row execute function fail_once()`);
    const before = await list(resident);
    await expect(
      residentMoved(f.store, f.callers.centre0, { resident, idempotencyKey: `${resident}/moved` }),
    ).rejects.toThrow('no');
    await f.store.pool.query('drop trigger fail_once on journey; drop function fail_once()');
    expect(await list(resident)).toEqual(before);
    expect((await residentById(f.store, f.callers.district, resident))?.status).toBe('active');
    const answers = await residentMoved(f.store, f.callers.centre0, {
      resident,
      idempotencyKey: `${resident}/moved`,
    });
    expect(answers.map(({ status }) => status)).toEqual(['committed', 'committed', 'committed']);
  });

  it('opts out of one pathway, or of all', async () => {
    const { resident } = await person();
    const opt = { resident, reason: 'wants no more' };
    await residentOptedOut(f.store, f.callers.centre0, {
      ...opt,
      pathway: 'second',
      idempotencyKey: `${resident}/1`,
    });
    expect((await list(resident)).filter(({ ending }) => ending === 'declined')).toHaveLength(1);
    await residentOptedOut(f.store, f.callers.centre0, { ...opt, idempotencyKey: `${resident}/2` });
    expect((await list(resident)).filter(({ ending }) => ending === 'declined')).toHaveLength(3);
    const consent = (await residentById(f.store, f.callers.district, resident))?.consent;
    expect(consent).toEqual({ second: false, care: false });
  });

  it('transfers the person and every open journey, once', async () => {
    const { resident, journeys } = await person();
    const input = {
      resident,
      centre: f.organisations.get('C1') ?? '',
      doctor: f.staff.get('centre1') ?? null,
      idempotencyKey: `${resident}/transfer`,
    };
    const answers = await transferResident(f.store, f.callers.district, input);
    expect(answers.map(({ status }) => status)).toEqual(['committed', 'committed', 'committed']);
    for (const { state } of answers)
      expect(state.assignment).toMatchObject({ centre: input.centre, doctor: input.doctor });
    expect(await journeyById(f.store, f.callers.centre0, journeys[0] as never)).toBeNull();
    expect(await journeyById(f.store, f.callers.centre1, journeys[0] as never)).not.toBeNull();
    const steps = await rows<{ centre: string }>(
      f.store.pool,
      '',
      'select distinct centre_id as centre from open_step where journey_id = any($1::uuid[])',
      [journeys],
    );
    expect(steps).toEqual([{ centre: input.centre }]);
    const again = await transferResident(f.store, f.callers.district, input);
    expect(again.map(({ status }) => status)).toEqual(['known', 'known', 'known']);
  });

  it('merges a duplicate: its journeys go on with the survivor, or end where the survivor has one already', async () => {
    const [duplicate, survivor] = [await person('C1'), await f.resident('C0')];
    const kept = await f.journey({ resident: survivor, pathway: 'second' });
    const input = {
      duplicate: duplicate.resident,
      survivor,
      idempotencyKey: `${survivor}/merge`,
      reason: '登记有误',
    };
    await mergeResidents(f.store, f.callers.district, input);
    const open = (await list(survivor)).filter(({ endedAt }) => endedAt === null);
    expect(open.map(({ pathway }) => pathway).toSorted()).toEqual(['second', 'small', 'third']);
    expect(open.find(({ pathway }) => pathway === 'second')?.id).toBe(kept);
    expect((await list(duplicate.resident)).map(({ pathway, ending }) => ({ pathway, ending }))).toEqual([
      { pathway: 'second', ending: 'merged' },
    ]);
    expect(await residentById(f.store, f.callers.district, duplicate.resident)).toMatchObject({
      status: 'merged',
      mergedInto: survivor,
    });
    // On record with the person, on both sides, and with each journey that it changed.
    for (const record of [survivor, duplicate.resident])
      expect(await mergesOf(f.store, f.callers.district, record)).toMatchObject([
        { duplicate: { id: duplicate.resident }, survivor: { id: survivor }, reason: '登记有误' },
      ]);
    expect(await mergesOf(f.store, f.callers.centre1, survivor)).toEqual([]);
    // The survivor's own journey was not changed; its timeline tells all the same.
    expect((await runYilu(f.url, 'journey', kept)).out).toMatch(/档案合并：.*（登记有误）/u);
    for (const journey of duplicate.journeys)
      expect((await timeline(f.store, f.callers.district, journey))?.at(-1)?.event).toMatchObject({
        reason: `merged into ${survivor}: 登记有误`,
      });
    await expect(
      mergeResidents(f.store, f.callers.district, { ...input, reason: 'another' }),
    ).rejects.toBeInstanceOf(EventIdReused);
    const moved = open.find(({ pathway }) => pathway === 'small');
    const view = moved && (await journeyById(f.store, f.callers.centre0, moved.id));
    expect(view?.resident.id).toBe(survivor);
    const again = await mergeResidents(f.store, f.callers.district, input);
    expect(again.map(({ status }) => status)).toEqual(['known', 'known', 'known']);
    expect(
      await mergeResidents(f.store, f.callers.district, { ...input, idempotencyKey: `${survivor}/anew` }),
    ).toEqual([]);
  });

  it('is for callers who may see the person', async () => {
    const resident = await f.resident('C0');
    await expect(
      residentDied(f.store, f.callers.centre1, { resident, idempotencyKey: 'x' }),
    ).rejects.toBeInstanceOf(NotFound);
  });
});

describe('a key of a person event', () => {
  it('stands for one event: the same is answered as before, another is refused', async () => {
    const { resident } = await person();
    const centre = (code: string) => f.organisations.get(code) ?? '';
    const key = { resident, doctor: null, idempotencyKey: `${resident}/key` };
    const first = await transferResident(f.store, f.callers.district, { ...key, centre: centre('C1') });
    await expect(
      transferResident(f.store, f.callers.district, { ...key, centre: centre('C2') }),
    ).rejects.toBeInstanceOf(EventIdReused);
    await expect(residentDied(f.store, f.callers.district, key)).rejects.toBeInstanceOf(EventIdReused);
    await transferResident(f.store, f.callers.district, {
      ...key,
      centre: centre('C2'),
      idempotencyKey: `${resident}/later`,
    });
    const again = await transferResident(f.store, f.callers.district, { ...key, centre: centre('C1') });
    expect(again.map(({ seq, state }) => [seq, state])).toEqual(first.map(({ seq, state }) => [seq, state]));
    expect((await residentById(f.store, f.callers.district, resident))?.centre).toBe(centre('C2'));
  });

  it('is taken once by two who come at the same moment', async () => {
    const { resident } = await person();
    const input = { resident, idempotencyKey: `${resident}/both` };
    const both = await Promise.all([
      residentDied(f.store, f.callers.district, input),
      residentDied(f.store, f.callers.district, input),
    ]);
    expect(both.map((answers) => String(answers[0]?.status)).toSorted()).toEqual(['committed', 'known']);
  });
});

describe('what one journey says of the person', () => {
  const said = (journey: JourneyId, ending: 'died' | 'moved' | 'merged') =>
    advance(f.store, journey, { kind: 'Ended', id: asEventId(`${journey}/${ending}`), by: doctor, ending });
  const status = async (resident: string) =>
    (await residentById(f.store, f.callers.district, resident))?.status;

  it.each(['died', 'moved'] as const)('reaches all of them: %s', async (ending) => {
    const { resident, journeys } = await person();
    expect(await said(journeys[1]!, ending)).toMatchObject({ status: 'committed' });
    expect((await list(resident)).map((one) => one.ending)).toEqual([ending, ending, ending]);
    expect(await status(resident)).toBe(ending);
    expect(await said(journeys[1]!, ending)).toMatchObject({ status: 'known' });
  });

  it('reaches all of them when the inbox tells it', async () => {
    const { resident, journeys } = await person();
    const body = { kind: 'Ended', by: { kind: 'outside', system: 'ris' }, ending: 'died' } as const;
    await receiveInbox(f.store, { source: 'ris', id: `${resident}/died`, journey: journeys[0]!, body });
    await drainInbox(f.store, 10);
    expect((await list(resident)).map((one) => one.ending)).toEqual(['died', 'died', 'died']);
    expect(await status(resident)).toBe('died');
  });

  it('is never that it was merged', async () => {
    const { journeys } = await person();
    expect(await said(journeys[0]!, 'merged')).toMatchObject({
      status: 'refused',
      refusal: { refused: 'EndingUnknown' },
    });
  });

  it('does not bring back one journey of somebody who has died, or whose record was merged', async () => {
    const { resident, journeys } = await person();
    await said(journeys[0]!, 'died');
    const reopen = (journey: JourneyId) =>
      advance(f.store, journey, {
        kind: 'Reopened',
        id: asEventId(`${journey}/reopened`),
        by: doctor,
        reason: '误录',
      });
    await expect(reopen(journeys[0]!)).rejects.toThrow(/yilu residents restore/u);
    const of = asEventId(`${journeys[0]!}/died`);
    const id = asEventId(`${journeys[0]!}/retracted`);
    await expect(
      advance(f.store, journeys[0]!, { kind: 'EnteredInError', id, by: doctor, of, reason: '误录' }),
    ).rejects.toBeInstanceOf(Conflict);
    expect(await status(resident)).toBe('died');

    const [duplicate, survivor] = [await person(), await person()];
    await mergeResidents(f.store, f.callers.district, {
      duplicate: duplicate.resident,
      survivor: survivor.resident,
      idempotencyKey: `${survivor.resident}/merge`,
    });
    await expect(reopen(duplicate.journeys[0]!)).rejects.toBeInstanceOf(Conflict);
  });

  it('does not move somebody who has died, nor merge into them', async () => {
    const [{ resident }, duplicate] = [await person(), await person()];
    await residentDied(f.store, f.callers.district, { resident, idempotencyKey: `${resident}/d` });
    await expect(
      residentMoved(f.store, f.callers.district, { resident, idempotencyKey: `${resident}/m` }),
    ).rejects.toBeInstanceOf(Conflict);
    await expect(
      mergeResidents(f.store, f.callers.district, {
        duplicate: duplicate.resident,
        survivor: resident,
        idempotencyKey: `${resident}/merge`,
      }),
    ).rejects.toBeInstanceOf(Conflict);
    expect(await status(duplicate.resident)).toBe('active');
  });

  it('is true of the record that stays when the duplicate says it, and can be taken back there', async () => {
    const [duplicate, survivor] = [await person(), await person()];
    const { resident } = survivor;
    await residentDied(f.store, f.callers.district, {
      resident: duplicate.resident,
      idempotencyKey: `${duplicate.resident}/d`,
    });
    const input = { duplicate: duplicate.resident, survivor: resident, idempotencyKey: `${resident}/merge` };
    const answers = await mergeResidents(f.store, f.callers.district, input);
    expect(answers.map(({ journey }) => journey)).toEqual(survivor.journeys.toSorted());
    expect(await status(resident)).toBe('died');
    expect((await list(resident)).every(({ ending }) => ending === 'died')).toBe(true);
    const again = await mergeResidents(f.store, f.callers.district, input);
    expect(again.every((answer) => answer.status === 'known')).toBe(true);

    await restoreResident(f.store, f.callers.district, {
      resident,
      reason: '误录',
      idempotencyKey: `${resident}/restore`,
    });
    expect(await status(resident)).toBe('active');
  });

  it('is taken back as a whole: the person is active, and what the death ended goes on', async () => {
    const { resident, journeys } = await person();
    const end = { kind: 'Ended', by: doctor, ending: 'declined' } as const;
    await advance(f.store, journeys[2]!, { ...end, id: asEventId(`${resident}/declined`) });
    await residentDied(f.store, f.callers.district, { resident, idempotencyKey: `${resident}/d` });
    const input = { resident, reason: '误录', idempotencyKey: `${resident}/restore` };
    const answers = await restoreResident(f.store, f.callers.district, input);
    expect(answers.map(({ journey }) => journey)).toEqual(journeys.slice(0, 2).toSorted());
    expect(answers.every(({ waitMs }) => waitMs !== null)).toBe(true);
    expect(await status(resident)).toBe('active');
    expect((await list(resident)).filter(({ ending }) => ending !== null)).toMatchObject([
      { id: journeys[2], ending: 'declined' },
    ]);
    const again = await restoreResident(f.store, f.callers.district, input);
    expect(again.map((answer) => answer.status)).toEqual(['known', 'known']);
    await expect(
      restoreResident(f.store, f.callers.district, { ...input, idempotencyKey: `${resident}/once more` }),
    ).rejects.toBeInstanceOf(Conflict);
  });
});

describe('enrolling', () => {
  it('is not for somebody who opted out, until they opt in again', async () => {
    const resident = await f.resident();
    const ask = (idempotencyKey: string) =>
      enrol(f.store, f.callers.district, { resident, pathway: 'small', idempotencyKey });
    const out = { resident, reason: '不愿', idempotencyKey: `${resident}/out` };
    await residentOptedOut(f.store, f.callers.district, out);
    await expect(ask(`${resident}/a`)).rejects.toThrow(/opted-in/u);
    await residentOptedIn(f.store, f.callers.district, { resident, idempotencyKey: `${resident}/in` });
    expect(await ask(`${resident}/a`)).toMatchObject({ status: 'committed' });
  });

  it('answers a key with the journey that was open, also when that has ended', async () => {
    const resident = await f.resident();
    const journey = await f.journey({ resident });
    const ask = (pathway: string) =>
      enrol(f.store, f.callers.district, { resident, pathway, idempotencyKey: `${resident}/again` });
    const first = await ask('small');
    expect(first).toMatchObject({ status: 'alreadyOpen', journey, seq: 1 });
    const end = { kind: 'Ended', by: doctor, ending: 'declined' } as const;
    await advance(f.store, journey, { ...end, id: asEventId(`${journey}/end`) });
    expect(await ask('small')).toEqual(first);
    await expect(ask('second')).rejects.toBeInstanceOf(EventIdReused);
  });

  it('shows an open journey only to whom it belongs', async () => {
    const resident = await f.resident('C0');
    const journey = await f.journey({ resident });
    await f.store.pool.query('update journey set centre_id = $2 where id = $1', [
      journey,
      f.organisations.get('C1'),
    ]);
    await expect(
      enrol(f.store, f.callers.centre0, { resident, pathway: 'small', idempotencyKey: `${resident}/x` }),
    ).rejects.toBeInstanceOf(Conflict);
  });

  it('answers the same request as before, and any other with the journey that is open', async () => {
    const resident = await f.resident();
    const input = { resident, pathway: 'small', idempotencyKey: `${resident}/enrol` };
    const [first, second] = await Promise.all([
      enrol(f.store, f.callers.district, input),
      enrol(f.store, f.callers.district, input),
    ]);
    expect([first.status, second.status].toSorted()).toEqual(['committed', 'known']);
    expect(second.journey).toBe(first.journey);
    const other = await enrol(f.store, f.callers.district, { ...input, idempotencyKey: `${resident}/other` });
    expect(other).toMatchObject({ status: 'alreadyOpen', journey: first.journey });
  });

  it('starts anew once the journey has ended, on the newest version of the pathway', async () => {
    const resident = await f.resident();
    const journey = await f.journey({ resident, pathway: 'third' });
    await advance(f.store, journey, {
      kind: 'Ended',
      id: asEventId(`${journey}/end`),
      by: doctor,
      ending: 'declined',
    });
    await publishDefinition(
      f.store,
      { ...smallSource, pathway: 'third', title: { zh: '第三版', en: 'Third' } },
      'test',
    );
    const answer = await enrol(f.store, f.callers.district, {
      resident,
      pathway: 'third',
      idempotencyKey: `${resident}/again`,
    });
    expect(answer).toMatchObject({ status: 'committed', state: { version: 2 } });
    expect(answer.journey).not.toBe(journey);
  });

  it('does not enrol somebody whose death is being recorded at the same moment', async () => {
    const resident = await f.resident();
    const client = await f.store.pool.connect();
    await client.query('begin');
    await client.query(`update resident set status = 'died' where id = $1`, [resident]);
    // Listened to from the beginning: it may be refused before the connection is given back.
    const refused = expect(
      enrol(f.store, f.callers.district, {
        resident,
        pathway: 'small',
        idempotencyKey: `${resident}/race`,
      }),
    ).rejects.toBeInstanceOf(Conflict);
    const waiting = async (): Promise<number> => {
      const [row] = await rows<{ n: number }>(
        f.store.pool,
        '',
        `select count(*) as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return row?.n ?? 0;
    };
    while ((await waiting()) === 0);
    await client.query('commit');
    client.release();
    await refused;
    expect(await list(resident)).toEqual([]);
  });

  it('is refused by the rules without a trace', async () => {
    const resident = await f.resident();
    const answer = await enrol(f.store, f.callers.district, {
      resident,
      pathway: 'small',
      stage: 'nowhere',
      idempotencyKey: `${resident}/enrol`,
    });
    expect(answer).toMatchObject({ status: 'refused', journey: null, refusal: { refused: 'StageUnknown' } });
    expect(await list(resident)).toEqual([]);
  });
});
