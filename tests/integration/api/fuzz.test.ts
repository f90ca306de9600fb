import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { poolSchema } from '../../../domain/scheduling/pool.ts';
import { holdPlace } from '../../../store/slots/hold-place.ts';
import { setPools } from '../../../store/slots/set-pool.ts';
import { apiFixture, type ApiFixture, type User } from '../../support/api-fixture.ts';

let api: ApiFixture;
let journey: string;
let resident: string;
let slot: string;
let appointment: string;
const pool = {
  ...{ code: 'CT', organisation: 'H', site: 'main', service: 'low-dose-ct', audience: 'general', weekly: [] },
  title: { zh: '低剂量 CT', en: 'Low-dose CT' },
  extra: [{ day: '2026-01-06', from: '08:00', until: '09:00', minutes: 30, capacity: 2 }],
};
let notice: string;
beforeAll(async () => {
  api = await apiFixture();
  resident = await api.resident();
  journey = await api.journey({ resident });
  await setPools(api.store, [poolSchema.parse(pool)], { by: 'test' });
  slot = (await api.store.pool.query<{ id: string }>('select id from slot')).rows[0]!.id;
  const held = { slot, resident: await api.resident(), audience: 'general', by: 'test' } as const;
  appointment = (await holdPlace(api.store, held)).id;
  notice = `${journey}/invitation#1/1/opened/0/resident/any`;
});
afterAll(() => api.close());

const someText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom(
    '',
    '\u0000',
    '\ud800',
    '__proto__',
    'constructor',
    'toString',
    'questions#1',
    'visit#1',
    'questions#0',
  ),
  fc.constantFrom(
    'completed',
    'missed',
    'centre0',
    'C0',
    'small',
    '2026-01-05T02:00:00Z',
    '0000-01-01T00:00:00Z',
  ),
  fc.constantFrom('9999-12-31T23:59:59Z', '275760-09-13T00:00:00Z', '2026-13-40T99:00:00+99:00'),
);
const value = fc.oneof(
  { weight: 4, arbitrary: someText },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.oneof(fc.double(), fc.integer(), fc.boolean(), fc.constant(null)) },
  {
    weight: 1,
    arbitrary: fc.dictionary(someText, fc.oneof(someText, fc.double(), fc.boolean()), { maxKeys: 4 }),
  },
);
/** What each address takes; a run changes some of it. */
const sound = (): readonly (readonly [path: string, body: Record<string, unknown>])[] => {
  const step = 'questions#1';
  const reason = '理由';
  const until = '2026-01-09T02:00:00Z';
  const happenedAt = '2026-01-04T02:00:00+08:00';
  const commands = [
    { kind: 'recordOutcome', step, outcome: 'completed', facts: { points: 2 }, happenedAt, reason },
    { kind: 'recordOutcome', step: 'visit#1', outcome: 'done', appointmentAt: until },
    {
      kind: 'correctFacts',
      facts: { size: 3.5, category: '2' },
      anchors: { ct: happenedAt },
      reason,
      happenedAt,
    },
    { kind: 'enterInError', of: `enrol-${resident}`, reason },
    { kind: 'assign', step, staff: 'centre0' },
    { kind: 'acknowledge', step, until },
    { kind: 'extend', step, until, reason },
    { kind: 'pause', reason: 'away', until, note: reason },
    { kind: 'resume' },
    { kind: 'transfer', hospital: 'H', doctor: 'centre0', reason },
    { kind: 'end', ending: 'other-care', reason, happenedAt },
    { kind: 'reopen', reason },
  ];
  const fact = {
    kind: 'finishOutsideWork',
    work: `${journey}/book-ct#1/0`,
    step,
    result: { status: 'done' },
  };
  return [
    ...commands.map((command) => [`/api/v1/journeys/${journey}/commands`, command] as const),
    [
      '/api/v1/residents',
      { name: '甲', identityNumber: '990001196002290018', centre: 'C0', phone: '19900000000' },
    ],
    ['/api/v1/journeys', { resident, pathway: 'small', facts: { points: 1 }, stage: 'imaging' }],
    [`/api/v1/residents/${resident}/events`, { kind: 'opted-out', reason, pathway: 'other' }],
    [`/api/v1/residents/${resident}/events`, { kind: 'transferred', centre: 'C0', doctor: 'centre0' }],
    [`/api/v1/notices/${encodeURIComponent(notice)}/retry`, { reason, again: true }],
    [`/api/v1/notices/${encodeURIComponent(notice)}/cancel`, { reason }],
    ['/api/v1/inbox', { source: 'ris', id: 'R-1', journey, fact }],
    ['/api/v1/inbox', { source: 'ris', id: 'R-2', journey, fact: commands[0] }],
    [`/api/v1/slots/${slot}/holds`, { resident, audience: 'general', journey, step }],
    [`/api/v1/appointments/${appointment}/confirm`, { reason }],
    [`/api/v1/appointments/${appointment}/cancel`, { reason }],
    ['/api/v1/waiting-list', { pool: 'CT', resident, urgency: 'urgent', journey, step }],
    ['/api/v1/slots/templates', { pools: [pool] }],
    ['/api/v1/slots/templates', { pools: [{ ...pool, opensBefore: reason }] }],
    [
      `/api/v1/staff/${api.staff.get('centre0')}/absences`,
      { from: '2026-01-06', until: '2026-01-07', deputy: 'centre1', reason: 'sick' },
    ],
    ['/api/v1/definitions', { yaml: 'pathway: x' }],
    ['/api/v1/definitions/check', { yaml: 'pathway: x\nstages: {}\n' }],
  ];
};

const changes = fc.array(fc.tuple(fc.nat(), value), { maxLength: 2 });

const wild = fc.oneof(
  { weight: 2, arbitrary: fc.json({ maxDepth: 4 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '['.repeat(60_000),
      `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
      '{"__proto__":1}',
    ),
  },
);
const users: User[] = ['district', 'hospital', 'centre0', 'administrator'];

it('whatever is sent, no POST fails in the program, and every refusal is a problem with a code', async () => {
  const seen = new Map<number, number>();
  const bodies = sound();
  await fc.assert(
    fc.asyncProperty(
      fc.nat(bodies.length - 1),
      changes,
      fc.option(wild, { freq: 4 }),
      fc.constantFrom(...users),
      async (which, changed, instead, as) => {
        const [path, body] = bodies[which]!;
        const names = Object.keys(body);
        const sent = { ...body };
        for (const [at, put] of changed) sent[names[at % names.length]!] = put;
        const answer = await api.post(path, instead ?? sent, { as });
        seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1);
        expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(500);
        if (answer.status >= 400) expect(answer.body['code']).toMatch(/^[A-Z]\w+$/u);
      },
    ),
    { numRuns: 1_500 },
  );
  // It came past the front door: some were taken, some refused by the rules and the rights.
  expect([...seen.keys()]).toEqual(expect.arrayContaining([200, 400, 403, 409, 422]));
});

it('whatever is asked for in the address, no GET fails in the program', async () => {
  const lists = [
    ...['worklist', 'stuck', 'residents', `journeys/${journey}/timeline`],
    ...['slots', 'slots/templates', 'appointments', 'waiting-list'],
    'worklist',
    'stuck',
    'residents',
    'staff/absences',
    'notices',
    'replies',
    `journeys/${journey}/timeline`,
  ];
  const names = [
    'after',
    'limit',
    'name',
    'phone',
    'identityNumber',
    'centre',
    'organisation',
    'role',
    'staff',
    'stage',
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...lists),
      fc.constantFrom(
        ...names,
        'pool',
        'day',
        'from',
        'audience',
        'service',
        'dueBefore',
        'overdue',
        'overdueHours',
        'pathway',
        'journey',
        'status',
        'from',
        'unread',
      ),
      someText,
      async (list, name, text) => {
        const query = new URLSearchParams({ [name]: text });
        expect((await api.get(`/api/v1/${list}?${query.toString()}`)).status).toBeLessThan(500);
      },
    ),
    { numRuns: 400 },
  );
  await fc.assert(
    fc.asyncProperty(someText, async (text) => {
      for (const path of ['journeys', 'residents', 'definitions/small', 'definitions'])
        expect(
          (await api.get(`/api/v1/${path}/${encodeURIComponent(text.toWellFormed())}`)).status,
        ).toBeLessThan(500);
      const part = encodeURIComponent(text.toWellFormed());
      for (const path of [`notices/${part}/cancel`, `replies/${part}/read`])
        expect((await api.post(`/api/v1/${path}`, { reason: '理由' })).status).toBeLessThan(500);
    }),
    { numRuns: 60 },
  );
});
