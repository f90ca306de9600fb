import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  apiFixture,
  freshKey,
  type Answered,
  type ApiFixture,
  type Asked,
} from '../../support/api-fixture.ts';

let api: ApiFixture;
beforeAll(async () => (api = await apiFixture()));
afterAll(() => api.close());

const send = (journey: string, body: unknown, asked?: Asked): Promise<Answered> =>
  api.post(`/api/v1/journeys/${journey}/commands`, body, { as: 'centre0', ...asked });
const stepsOf = (answer: Answered): string[] =>
  (answer.body['openSteps'] as { step: string }[]).map(({ step }) => step);
const unreachable = { kind: 'recordOutcome', step: 'questions#1', outcome: 'unreachable' };
const inDays = (days: number): string => new Date(api.clock.at + days * 86_400_000).toISOString();

describe('enrolling', () => {
  it('is done once by its key, and a second journey on the same pathway is the first one', async () => {
    const resident = await api.resident();
    const key = freshKey();
    const enrol = (with_: string) =>
      api.post('/api/v1/journeys', { resident, pathway: 'small' }, { as: 'centre0', key: with_ });
    const first = await enrol(key);
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({ seq: 1, stage: 'screening', alreadyOpen: false, ending: null });
    expect(stepsOf(first)).toEqual(['questions#1']);
    const again = await enrol(key);
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const other = await enrol(freshKey());
    expect([other.status, other.body['alreadyOpen'], other.body['journey']]).toEqual([
      200,
      true,
      first.body['journey'],
    ]);
  });

  it('tells what it cannot find or take', async () => {
    const resident = await api.resident();
    const answer = (body: object, asked: Asked = {}) =>
      api.post('/api/v1/journeys', body, { as: 'centre0', ...asked });
    expect((await answer({ resident, pathway: 'none' })).status).toBe(404);
    expect((await answer({ resident: await api.resident('C1'), pathway: 'small' })).status).toBe(404);
    const stage = await answer({ resident, pathway: 'small', stage: 'moon' });
    expect([stage.status, stage.body['code'], stage.body['accepted']]).toEqual([
      422,
      'StageUnknown',
      ['screening', 'referral', 'imaging', 'treatment', 'follow-up', 'palliative'],
    ]);
    const facts = await answer({ resident, pathway: 'small', facts: { points: 11 } }, { language: 'en' });
    expect([facts.status, facts.body['field']]).toEqual([422, 'facts.points']);
    expect(facts.body['detail']).toContain('must be at most 10');
  });
});

describe('a command', () => {
  it('gives the same answer to the same key and body, and 422 to the same key with another body', async () => {
    const journey = await api.journey();
    const key = freshKey();
    const first = await send(journey, unreachable, { key });
    expect(first.status).toBe(200);
    expect(stepsOf(first)).toEqual(['visit#1']);
    expect((await send(journey, { kind: 'recordOutcome', step: 'visit#1', outcome: 'done' })).status).toBe(
      200,
    );
    const again = await send(journey, unreachable, { key });
    expect([again.status, again.body]).toEqual([200, first.body]);
    const other = await send(journey, { ...unreachable, outcome: 'declined' }, { key, language: 'en' });
    expect([other.status, other.body['code']]).toEqual([422, 'IdempotencyKeyReused']);
    expect(other.body['detail']).toContain('use a new one');
  });

  it('is done once, however many times it comes at the same moment', async () => {
    const journey = await api.journey();
    const key = freshKey();
    const answers = await Promise.all(Array.from({ length: 8 }, () => send(journey, unreachable, { key })));
    expect(new Set(answers.map(({ status, body }) => `${status} ${JSON.stringify(body)}`)).size).toBe(1);
    const log = await api.get(`/api/v1/journeys/${journey}/timeline`);
    expect((log.body['items'] as unknown[]).length).toBe(2);
  });

  it.each([
    ['zh', '步骤“questions#1”不接受结果“vanished”。'],
    ['en', 'The step "questions#1" does not take the outcome "vanished".'],
  ])(
    'that the rules refuse changes nothing and says what would be accepted: %s',
    async (language, detail) => {
      const journey = await api.journey();
      const before = await api.get(`/api/v1/journeys/${journey}`);
      const key = freshKey();
      const answer = await send(journey, { ...unreachable, outcome: 'vanished' }, { language, key });
      expect(answer.status).toBe(409);
      expect(answer.body).toMatchObject({
        type: 'urn:yilu:problem:OutcomeNotAccepted',
        code: 'OutcomeNotAccepted',
        field: 'outcome',
        detail,
        accepted: ['completed', 'declined', 'unreachable', 'missed'],
      });
      expect((await api.get(`/api/v1/journeys/${journey}`)).body).toEqual(before.body);
      // A refusal is not remembered: the key is free.
      expect((await send(journey, unreachable, { key })).status).toBe(200);
    },
  );

  it('of every kind goes through', async () => {
    const journey = await api.journey();
    const step = 'questions#1';
    const done = async (body: object, asked?: Asked): Promise<Answered> => {
      const answer = await send(journey, body, asked);
      expect(answer.status, JSON.stringify(answer.body)).toBe(200);
      return answer;
    };
    await done({ kind: 'assign', step, staff: 'centre0' });
    await done({ kind: 'acknowledge', step, until: inDays(3) });
    await done({ kind: 'extend', step, until: inDays(30), reason: '居民在外地' });
    await done({ kind: 'pause', reason: 'away', until: inDays(20), note: '探亲' });
    expect((await api.get(`/api/v1/journeys/${journey}`)).body['pause']).toMatchObject({ reason: 'away' });
    await done({ kind: 'resume' });
    await done({ kind: 'correctFacts', facts: { size: 4.5 }, reason: '录入有误' });
    const wrong = await done({ ...unreachable, happenedAt: inDays(-1) });
    await done({ kind: 'enterInError', of: wrong.body['event'], reason: '打错电话' });
    await done({ kind: 'transfer', doctor: null, reason: '医生离职' });
    await done({ kind: 'transfer', hospital: 'H', doctor: 'centre0' });
    const ended = await done({ kind: 'end', ending: 'other-care', reason: '转往外市' });
    expect(ended.body).toMatchObject({ ending: 'other-care', nextDeadlineAt: null, openSteps: [] });
    const reopened = await done({ kind: 'reopen', reason: '又回来了' });
    expect(stepsOf(reopened)).toEqual([step]);
    const log = await api.get(`/api/v1/journeys/${journey}/timeline?after=1&limit=5`);
    const items = log.body['items'] as {
      kind: string;
      happenedAt: string;
      learnedAt: string;
      actor: object;
    }[];
    expect(items.map(({ kind }) => kind)).toEqual([
      'Assigned',
      'Acknowledged',
      'Extended',
      'Paused',
      'Resumed',
    ]);
    expect(items[0]?.actor).toEqual({ kind: 'staff', id: api.staff.get('centre0'), role: 'family-doctor' });
    expect(log.body['next']).toBe(6);
    const late = await api.get(`/api/v1/journeys/${journey}/timeline?after=7&limit=1`);
    expect((late.body['items'] as typeof items)[0]).toMatchObject({
      kind: 'OutcomeRecorded',
      happenedAt: inDays(-1),
      learnedAt: inDays(0),
      content: { step, outcome: 'unreachable' },
    });
  });

  it('does not open a journey beside another one of the same resident on the same pathway', async () => {
    const resident = await api.resident();
    const first = await api.journey({ resident });
    const ended = await send(first, { kind: 'end', ending: 'declined' });
    const second = await api.post('/api/v1/journeys', { resident, pathway: 'small' }, { as: 'centre0' });
    expect(second.status).toBe(201);
    for (const command of [
      { kind: 'reopen', reason: '又愿意了' },
      { kind: 'enterInError', of: ended.body['event'], reason: '误记' },
    ]) {
      const answer = await send(first, command, { language: 'en' });
      expect([answer.status, answer.body['code']]).toEqual([409, 'AnotherJourneyOpen']);
      expect(answer.body['detail']).toContain('go on with that one');
    }
  });

  it('names a person or a place that will not do', async () => {
    const journey = await api.journey();
    const assign = (staff: string) => send(journey, { kind: 'assign', step: 'questions#1', staff });
    for (const staff of ['nobody', 'centre1', 'radiologist'])
      expect([(await assign(staff)).status, (await assign(staff)).body['field']]).toEqual([422, 'staff']);
    const transfer = await send(journey, { kind: 'transfer', hospital: 'H9' });
    expect([transfer.status, transfer.body['accepted']]).toEqual([422, ['H']]);
    expect((await send(journey, { kind: 'transfer', doctor: 'centre1' })).status).toBe(422);
  });
});

describe('who may', () => {
  it('the owner and the supervisors may record; others are told who may', async () => {
    const journey = await api.journey();
    const asHospital = await send(journey, unreachable, { as: 'hospital' });
    expect(asHospital.status).toBe(403);
    expect(asHospital.body['mayBeDoneBy']).toEqual([
      { role: 'family-doctor', title: '家庭医生' },
      { role: 'centre-manager', title: '社区中心负责人' },
      { role: 'district-coordinator', title: '区协调员' },
    ]);
    expect((await send(journey, unreachable, { as: 'administrator' })).status).toBe(403);
    expect((await send(journey, unreachable, { as: 'manager0' })).status).toBe(200);
  });

  it('whoever made an entry may take it back, another doctor may not', async () => {
    const journey = await api.journey({ stage: 'imaging' });
    const answer = await send(
      journey,
      { kind: 'recordOutcome', step: 'book-ct#1', outcome: 'attended' },
      { as: 'hospital' },
    );
    expect(answer.status).toBe(200);
    const retract = { kind: 'enterInError', of: answer.body['event'], reason: '误记' };
    expect((await send(journey, retract, { as: 'centre0' })).status).toBe(403);
    expect((await send(journey, retract, { as: 'hospital' })).status).toBe(200);
  });

  it('a journey shows what may be done now, with the facts that it needs, and by whom', async () => {
    const journey = await api.journey({ stage: 'imaging' });
    await send(
      journey,
      { kind: 'recordOutcome', step: 'book-ct#1', outcome: 'attended' },
      { as: 'hospital' },
    );
    const { body } = await api.get(`/api/v1/journeys/${journey}`, { as: 'radiologist' });
    const [step] = body['openSteps'] as Record<string, never>[];
    expect(step).toMatchObject({
      step: 'read-ct#1',
      title: { zh: '读片', en: 'Read CT' },
      kind: 'result',
      status: 'open',
      owner: {
        role: 'radiologist',
        organisation: api.organisations.get('H'),
        organisationName: '区医院',
        staff: null,
      },
      youMay: true,
    });
    expect(step?.['outcomes']).toEqual([
      {
        outcome: 'reported',
        title: { zh: '已报告', en: 'Reported' },
        needsReason: false,
        needsAppointment: false,
        facts: [
          {
            fact: 'category',
            title: { zh: 'category', en: 'category' },
            type: 'enum',
            of: ['1', '2', '3', '4'],
          },
          { fact: 'size', title: { zh: 'size', en: 'size' }, type: 'double', unit: 'mm', min: 0, max: 100 },
        ],
      },
      {
        outcome: 'inadequate',
        title: { zh: '无法判读', en: 'Inadequate' },
        needsReason: true,
        needsAppointment: false,
        facts: [],
      },
    ]);
    const missing = await send(
      journey,
      { kind: 'recordOutcome', step: 'read-ct#1', outcome: 'reported', facts: { category: '2' } },
      { as: 'radiologist' },
    );
    expect([missing.status, missing.body['code'], missing.body['field']]).toEqual([
      422,
      'FactMissing',
      'facts.size',
    ]);
  });
});

it('enrols into a later stage with the instant that its deadlines are counted from', async () => {
  const resident = await api.resident();
  const body = { resident, pathway: 'small', stage: 'follow-up' };
  const without = await api.post('/api/v1/journeys', body, { as: 'centre0' });
  expect([without.status, without.body['field']]).toEqual([422, 'anchors.surgery']);
  const given = { ...body, anchors: { surgery: inDays(-30) } };
  expect((await api.post('/api/v1/journeys', given, { as: 'centre0' })).status).toBe(201);
});

describe('what happens to a person', () => {
  it('reaches every journey of the person at once, and again changes nothing', async () => {
    const resident = await api.resident();
    const journey = await api.journey({ resident });
    const key = freshKey();
    const die = () =>
      api.post(
        `/api/v1/residents/${resident}/events`,
        { kind: 'died', happenedAt: inDays(-2) },
        { as: 'centre0', key },
      );
    const first = await die();
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({
      status: 'died',
      journeys: [{ id: journey, ending: 'died', nextDeadlineAt: null }],
    });
    expect((await die()).body).toEqual(first.body);
    const enrol = await api.post(
      '/api/v1/journeys',
      { resident, pathway: 'small' },
      { as: 'centre0', language: 'en' },
    );
    expect([enrol.status, enrol.body['code']]).toEqual([409, 'Conflict']);
    expect(enrol.body['detail']).toMatch(/^The resident is recorded as having died; .*enteredInError/u);

    const other = await api.post(
      `/api/v1/residents/${resident}/events`,
      { kind: 'moved' },
      { as: 'centre0', key },
    );
    expect([other.status, other.body['code']]).toEqual([422, 'IdempotencyKeyReused']);
    const back = { kind: 'enteredInError', reason: '同名误录' };
    const restored = await api.post(`/api/v1/residents/${resident}/events`, back, { as: 'centre0' });
    expect(restored.body).toMatchObject({ status: 'active', journeys: [{ id: journey, endedAt: null }] });
  });

  it('moved, opted out and transferred', async () => {
    const [moved, out, transferred] = await Promise.all([api.resident(), api.resident(), api.resident()]);
    for (const resident of [moved, out, transferred]) await api.journey({ resident });
    const happen = (resident: string, body: object, asked: Asked = {}) =>
      api.post(`/api/v1/residents/${resident}/events`, body, { as: 'centre0', ...asked });
    expect((await happen(moved, { kind: 'moved' })).body).toMatchObject({ journeys: [{ ending: 'moved' }] });
    expect((await happen(out, { kind: 'opted-out', reason: '不愿参加' })).body).toMatchObject({
      journeys: [{ ending: 'declined' }],
    });
    const away = await happen(transferred, { kind: 'transferred', centre: 'C1', doctor: 'centre1' });
    expect(away.body).toEqual({ resident: transferred, status: 'transferred', journeys: [] });
    expect((await api.get(`/api/v1/residents/${transferred}`, { as: 'centre1' })).status).toBe(200);
    expect((await api.get(`/api/v1/residents/${transferred}`, { as: 'centre0' })).status).toBe(404);
    expect((await happen(moved, { kind: 'died' }, { as: 'administrator' })).status).toBe(403);
  });
});

describe('facts from other systems', () => {
  it('that were refused are listed, a page at a time, to those whose journey it is', async () => {
    const journey = await api.journey({ centre: 'C1' });
    for (const n of [1, 2]) {
      const fact = { kind: 'recordOutcome', step: 'nowhere#1', outcome: 'attended' };
      const message = { source: 'ris', id: `refused-${n}-${journey}`, journey, fact };
      expect((await api.post('/api/v1/inbox', message, { as: 'hospital' })).status).toBe(202);
    }
    const list = (as: 'centre1' | 'centre0', more = '') =>
      api.get(`/api/v1/inbox?status=refused&limit=1${more}`, { as, language: 'en' });
    let first = await list('centre1');
    while ((first.body['next'] ?? null) === null) first = await list('centre1');
    expect(first.body['items']).toMatchObject([
      { id: `refused-2-${journey}`, journey, refusal: { code: 'StepUnknown' } },
    ]);
    const second = await list('centre1', `&after=${String(first.body['next'])}`);
    expect(second.body).toMatchObject({ items: [{ id: `refused-1-${journey}` }], next: null });
    expect((await list('centre0')).body['items']).not.toContainEqual(expect.objectContaining({ journey }));
    expect(String((await api.get('/metrics', { as: null })).body['text'])).toMatch(
      /yilu_inbox_refused [1-9]/u,
    );
  });

  it('are committed before they are acknowledged, taken up once, and refused ones are kept', async () => {
    const journey = await api.journey({ stage: 'imaging' });
    const fact = { kind: 'recordOutcome', step: 'book-ct#1', outcome: 'attended' };
    const message = { source: 'ris', id: `R-${journey}`, journey, fact };
    const give = (body: object, asked: Asked = {}) =>
      api.post('/api/v1/inbox', body, { as: 'hospital', ...asked });
    const [first, second] = [await give(message), await give(message)];
    expect([first.status, first.body['received']]).toEqual([202, 'now']);
    expect([second.status, second.body['received']]).toEqual([202, 'before']);
    await expect
      .poll(async () => {
        const log = await api.get(`/api/v1/journeys/${journey}/timeline`);
        return (log.body['items'] as { event: string; actor: { id: string } }[]).map(({ event, actor }) => [
          event,
          actor.id,
        ]);
      })
      .toContainEqual([`inbox/ris/R-${journey}`, 'ris']);
    const other = await give({ ...message, fact: { ...fact, outcome: 'cancelled', reason: 'x' } });
    expect([other.status, other.body['code']]).toEqual([422, 'IdempotencyKeyReused']);
    expect((await give(message, { as: 'centre0' })).status).toBe(403);
    expect((await give({ ...message, journey: '5f3c2f9e-4f5b-4c53-9a3a-0d6a6d9b8f11' })).status).toBe(404);
  });
});
