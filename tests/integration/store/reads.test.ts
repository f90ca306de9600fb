import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asEventId, stepRef, type JourneyId } from '../../../domain/model/ids.ts';
import { advance } from '../../../store/advance.ts';
import type { Caller } from '../../../store/caller.ts';
import { CursorInvalid } from '../../../store/cursor.ts';
import { NotFound } from '../../../store/errors.ts';
import { journeyById } from '../../../store/journey-by-id.ts';
import { organisations } from '../../../store/organisations.ts';
import { residents } from '../../../store/residents.ts';
import { stuck } from '../../../store/stuck.ts';
import { timeline } from '../../../store/timeline.ts';
import { worklist, type WorklistItem, type WorklistQuery } from '../../../store/worklist.ts';
import { doctor } from '../../support/random-walk.ts';
import {
  fixtureStart,
  identityNumber,
  storeFixture,
  type StoreFixture,
} from '../../support/store-fixture.ts';

const day = 86_400_000;
let f: StoreFixture;
const byCentre: Record<string, JourneyId[]> = { C0: [], C1: [], C2: [] };
beforeAll(async () => {
  f = await storeFixture();
  for (const centre of ['C0', 'C1', 'C2'])
    for (let n = 0; n < 4; n += 1)
      byCentre[centre]?.push(await f.journey({ centre, at: fixtureStart - n * day, quiet: true }));
});
afterAll(() => f.close());

async function everyPage(caller: Caller, query: WorklistQuery, between?: () => Promise<unknown>) {
  const items: WorklistItem[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof worklist>> = await worklist(f.store, caller, {
      ...query,
      ...(cursor !== null && { cursor }),
    });
    items.push(...page.items);
    cursor = page.next;
    await between?.();
  } while (cursor !== null);
  return items;
}
const journeysIn = (items: readonly { journey: JourneyId }[]) => new Set(items.map(({ journey }) => journey));

describe('what a caller may see', () => {
  it('is what stands below the own organisation', async () => {
    const seen = async (caller: Caller) => journeysIn(await everyPage(caller, {}));
    const all = Object.values(byCentre).flat();
    expect(await seen(f.callers.district)).toEqual(new Set(all));
    expect(await seen(f.callers.hospital)).toEqual(new Set(all));
    expect(await seen(f.callers.centre0)).toEqual(new Set(byCentre['C0']));
    expect(await seen(f.callers.centre1)).toEqual(new Set(byCentre['C1']));
  });

  it('limits single journeys, their log, commands, residents and organisations alike', async () => {
    const foreign = byCentre['C1']?.[0] as JourneyId;
    expect(await journeyById(f.store, f.callers.centre0, foreign)).toBeNull();
    expect(await timeline(f.store, f.callers.centre0, foreign)).toBeNull();
    expect(await timeline(f.store, f.callers.centre1, foreign)).toHaveLength(1);
    const command = {
      kind: 'Assigned',
      id: asEventId('foreign'),
      by: doctor,
      step: stepRef('questions', 1),
      staff: 'n',
    } as const;
    await expect(advance(f.store, foreign, command, { caller: f.callers.centre0 })).rejects.toBeInstanceOf(
      NotFound,
    );
    expect((await advance(f.store, foreign, command, { caller: f.callers.centre1 })).status).toBe(
      'committed',
    );
    expect((await residents(f.store, f.callers.centre0)).items).toHaveLength(4);
    expect((await residents(f.store, f.callers.hospital)).items).toHaveLength(12);
    expect((await organisations(f.store, f.callers.district)).map(({ code }) => code)).toEqual([
      'C0',
      'C1',
      'C2',
      'D',
      'H',
    ]);
    expect((await organisations(f.store, f.callers.centre2)).map(({ names }) => names)).toEqual([
      ['三号中心', 'Centre 2'],
    ]);
  });
});

describe('the worklist', () => {
  it('is in the order of due dates', async () => {
    const due = (await everyPage(f.callers.district, {})).map(({ dueAt }) => dueAt);
    expect(due).toEqual(due.toSorted((a, b) => a - b));
    expect(due).toHaveLength(12);
  });

  it('has every step once, whatever is added or closed while somebody turns the pages', async () => {
    const before = journeysIn(await everyPage(f.callers.district, {}));
    let added = 0;
    const paged = await everyPage(f.callers.district, { limit: 2 }, async () => {
      added += 1;
      if (added <= 3) await f.journey({ centre: 'C2', at: fixtureStart - (10 + added) * day, quiet: true });
      if (added === 2)
        await advance(f.store, byCentre['C2']?.[3] as JourneyId, {
          kind: 'Ended',
          id: asEventId('close-one'),
          by: doctor,
          ending: 'moved',
        });
    });
    const keys = paged.map(({ journey, step }) => `${journey} ${step}`);
    expect(new Set(keys).size).toBe(keys.length);
    const seen = journeysIn(paged);
    for (const journey of before) if (journey !== byCentre['C2']?.[3]) expect(seen).toContain(journey);
  });

  it('is filtered by owner, role, stage, due date and what is overdue', async () => {
    const { district } = f.callers;
    const centre1 = f.organisations.get('C1') ?? '';
    expect(journeysIn(await everyPage(district, { organisation: centre1 }))).toEqual(new Set(byCentre['C1']));
    expect(await everyPage(district, { role: 'radiologist' })).toEqual([]);
    expect(await everyPage(district, { stage: 'imaging' })).toEqual([]);
    const all = await everyPage(district, { role: 'family-doctor', stage: 'screening' });
    const middle = all[5]?.dueAt ?? 0;
    expect(await everyPage(district, { dueBefore: middle })).toEqual(
      all.filter(({ dueAt }) => dueAt < middle),
    );
    expect(await everyPage(district, { overdue: true })).toEqual([]);
    f.clock.at = middle;
    const overdue = await everyPage(district, { overdue: true });
    f.clock.at = fixtureStart;
    expect(overdue.map(({ dueAt }) => dueAt)).toEqual(
      all.map(({ dueAt }) => dueAt).filter((at) => at < middle),
    );
    expect(overdue.every((item) => item.overdue)).toBe(true);
  });

  it('refuses a cursor that it did not make', async () => {
    await expect(worklist(f.store, f.callers.district, { cursor: 'nonsense' })).rejects.toBeInstanceOf(
      CursorInvalid,
    );
  });
});

describe('the stuck journeys', () => {
  it('are the overdue ones with the reason, how long, and whose move it is', async () => {
    const [journey, acknowledged] = byCentre['C0'] as [JourneyId, JourneyId];
    const { nextDeadlineAt } = (await journeyById(f.store, f.callers.district, journey)) ?? {};
    const at = (nextDeadlineAt ?? 0) + 3 * day;
    await advance(
      f.store,
      acknowledged,
      {
        kind: 'Acknowledged',
        id: asEventId('seen-it'),
        by: doctor,
        step: stepRef('questions', 1),
        until: at + 3 * day,
      },
      { at: at - 1_000 },
    );
    const reached = { kind: 'DeadlineReached', by: { kind: 'system' } } as const;
    while ((await advance(f.store, acknowledged, reached, { at: at - 1_000 })).status === 'committed');
    f.clock.at = at;
    const page = await stuck(f.store, f.callers.centre0, { limit: 2 });
    const rest = await stuck(f.store, f.callers.centre0, {
      limit: 50,
      ...(page.next !== null && { cursor: page.next }),
    });
    f.clock.at = fixtureStart;
    const found = [...page.items, ...rest.items];
    expect(journeysIn(found)).toEqual(new Set(byCentre['C0']));
    expect(found.find((item) => item.journey === acknowledged)?.reason).toBe('acknowledged');
    const one = found.find((item) => item.journey === journey);
    expect(one).toMatchObject({
      reason: 'clockLate',
      step: 'questions#1',
      title: { zh: '问卷' },
      owner: { role: 'family-doctor', organisationName: '一号中心' },
    });
    expect(one?.overdueMs).toBe(at - (one?.overdueSince ?? 0));
    expect((await stuck(f.store, f.callers.district)).items).toEqual([]);
  });
});

describe('a journey', () => {
  it('says what may be done now, by whom, and what each outcome needs', async () => {
    const journey = await f.journey({ stage: 'treatment' });
    const view = await journeyById(f.store, f.callers.hospital, journey);
    expect(view?.stageTitle).toEqual({ zh: '治疗', en: 'Treatment' });
    expect(view?.openSteps).toMatchObject([
      {
        step: 'board#1',
        owner: { role: 'mdt-coordinator', organisation: f.organisations.get('H') },
        outcomes: [{ outcome: 'decided' }, { outcome: 'deferred', rule: { needsReason: true } }],
      },
    ]);
  });
});

describe('residents', () => {
  it('are found by the beginning of a name or telephone number and by identity number, in pages', async () => {
    const { district } = f.callers;
    const names = (page: Awaited<ReturnType<typeof residents>>) => page.items.map(({ name }) => name);
    expect(names(await residents(f.store, district, { name: '居民000' })).slice(0, 2)).toEqual([
      '居民0001',
      '居民0002',
    ]);
    expect(names(await residents(f.store, district, { name: '居民%' }))).toEqual([]);
    expect(names(await residents(f.store, district, { phone: '19900000003' }))).toEqual(['居民0003']);
    const [found] = (await residents(f.store, district, { identityNumber: identityNumber(4) })).items;
    expect(found).toMatchObject({ name: '居民0004', birthDate: '1960-02-29', sex: 'male', locale: 'zh' });
    const first = await residents(f.store, district, { limit: 5 });
    const second = await residents(f.store, district, { limit: 5, cursor: first.next ?? '' });
    expect([...names(first), ...names(second)]).toEqual(
      Array.from({ length: 10 }, (_, n) => `居民${String(n + 1).padStart(4, '0')}`),
    );
  });
});
