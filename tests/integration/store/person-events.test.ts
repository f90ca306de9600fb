import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallSource } from '../../support/small-pathway.ts';
import { storeFixture, type StoreFixture } from '../../support/store-fixture.ts';
import { asEventId } from '../../../domain/model/ids.ts';
import { advance } from '../../../store/advance.ts';
import { publishDefinition } from '../../../store/definitions.ts';
import { Conflict, NotFound } from '../../../store/errors.ts';
import { enrol } from '../../../store/enrol.ts';
import { journeyById, journeysOf } from '../../../store/journey-by-id.ts';
import {
  mergeResidents,
  residentDied,
  residentMoved,
  residentOptedOut,
  transferResident,
} from '../../../store/person-events.ts';
import { residentById } from '../../../store/residents.ts';
import { rows } from '../../../store/sql.ts';
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
    expect(await residentDied(f.store, f.callers.centre0, input)).toEqual([]);
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
    const input = { duplicate: duplicate.resident, survivor, idempotencyKey: `${survivor}/merge` };
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
    const moved = open.find(({ pathway }) => pathway === 'small');
    const view = moved && (await journeyById(f.store, f.callers.centre0, moved.id));
    expect(view?.resident.id).toBe(survivor);
    expect(await mergeResidents(f.store, f.callers.district, input)).toEqual([]);
  });

  it('is for callers who may see the person', async () => {
    const resident = await f.resident('C0');
    await expect(
      residentDied(f.store, f.callers.centre1, { resident, idempotencyKey: 'x' }),
    ).rejects.toBeInstanceOf(NotFound);
  });
});

describe('enrolling', () => {
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
      ending: 'moved',
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
    const enrolling = enrol(f.store, f.callers.district, {
      resident,
      pathway: 'small',
      idempotencyKey: `${resident}/race`,
    });
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
    await expect(enrolling).rejects.toBeInstanceOf(Conflict);
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
