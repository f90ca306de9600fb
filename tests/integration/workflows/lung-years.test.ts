import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { readDefinitionFile } from '../../support/shipped.ts';
import { residentDied } from '../../../store/person-events.ts';
import { publishDefinition } from '../../../store/definitions.ts';
import type { JourneyId } from '../../../domain/model/ids.ts';
import type { JourneyState } from '../../../domain/model/state.ts';
import type { StoreDeps } from '../../../store/deps.ts';
import { verifyReplay } from '../../../store/verify-replay.ts';
import {
  clockFixture,
  rowOf,
  untilArmed,
  eventually,
  type ClockFixture,
} from '../../support/clock-fixture.ts';
import { diligentStaff, type Answers } from '../../support/diligent-staff.ts';
import { storeFixture, type StoreFixture } from '../../support/store-fixture.ts';
import { timeSkippingEnvironment } from '../../support/time-skipping.ts';

const day = 24 * 3_600_000;
const heavySmoker = {
  smoker: 'current',
  packYears: 40,
  quitYears: 0,
  cigarettesPerDay: 20,
  smokingYears: 40,
  passiveSmokeYears: 0,
  occupationalYears: 0,
  copd: true,
  personalCancer: false,
  familyLungCancer: false,
  firstDegreeRelative: false,
  education: 2,
  bmi: 23,
};
/** From the questionnaire to the treatment plan, without delay. */
const upToMdt: Answers = {
  'risk-questionnaire': [['completed', heavySmoker]],
  'referral-up': [['accepted']],
  ldct: [['attended']],
  'ct-result': [
    [
      'reported',
      { classification: 'cLungRads', ctCategory: '4', baseline: true, kind: 'solid', meanDiameterMm: 21 },
    ],
  ],
  'diagnostic-plan': [['contrastCt'], ['biopsy']],
  'contrast-ct': [['attended']],
  'imaging-report': [['reported']],
  biopsy: [['attended']],
  'pathology-result': [['reported', { pathology: 'malignant' }]],
};

let fixture: StoreFixture;
let environment: TestWorkflowEnvironment;
let store: StoreDeps;
let worker: ClockFixture;

beforeAll(async () => {
  fixture = await storeFixture();
  environment = await timeSkippingEnvironment();
  store = { ...fixture.store, clock: { now: () => environment.currentTimeMs() } };
  worker = await clockFixture(environment, store);
  await publishDefinition(store, readDefinitionFile('lung.yaml'), 'test');
});
afterAll(async () => {
  await worker?.close();
  await environment?.teardown();
  await fixture?.close();
});

async function enrolled(resident: string): Promise<JourneyId> {
  fixture.clock.at = await environment.currentTimeMs();
  const journey = await fixture.journey({ pathway: 'lung', resident });
  await worker.clocks.poke(journey);
  await untilArmed(store, journey);
  return journey;
}

/** @returns the next deadline, once the clock is set for it or for earlier: what moves a deadline back costs no poke */
const settled = (journey: JourneyId): Promise<number> =>
  eventually('the clock is set', async () => {
    const { owed, armed, next } = await rowOf(store, journey);
    return !owed && armed !== null && next !== null && armed <= next && next;
  });

/** Lets the staff work, and time pass to each deadline, until the journey is where it should be. @returns the stages passed */
async function live(
  journey: JourneyId,
  answers: Answers,
  there: (state: JourneyState) => boolean,
): Promise<string[]> {
  const staff = diligentStaff(store, answers);
  const stages: string[] = [];
  for (let turn = 0; turn < 400; turn++) {
    const state = await staff.work(journey, () => worker.clocks.poke(journey));
    if (stages.at(-1) !== state.stage) stages.push(state.stage);
    if (there(state)) return stages;
    const next = await settled(journey);
    await environment.sleep(Math.max(1, next - (await environment.currentTimeMs()) + 1));
    await eventually(
      'the deadline is served',
      async () => ((await rowOf(store, journey)).next ?? Infinity) > next,
    );
  }
  throw new Error(`not there after ${stages.join(' → ')}`);
}

const seqOf = async (journey: JourneyId, step: string): Promise<string[]> => {
  const { rows } = await store.pool.query<{ at: Date }>(
    `select at from journey_event where journey_id = $1 and event ->> 'step' like $2 || '#%' order by seq`,
    [journey, step],
  );
  return rows.map(({ at }) => at.toISOString().slice(0, 10));
};

describe('the lung pathway on a real Temporal server that skips time', () => {
  it('from screening to five years after surgery', async () => {
    const journey = await enrolled(await fixture.resident());
    const start = await environment.currentTimeMs();
    await live(
      journey,
      {
        ...upToMdt,
        'mdt-meeting': [['decided', { diseaseStage: 'I', mdtAdvice: 'treatment' }]],
        'treatment-consent': [['agreed', { treatment: 'surgery' }]],
        'treatment-start': [['attended']],
        surgery: [['completed']],
        'after-surgery': [['followUp', { diseaseStage: 'I' }]],
        'follow-up-handover': [['accepted']],
        'surgery-follow-up': [['done', { followUpFinding: 'clear' }]],
        'symptom-assessment': [['assessed', { painNrs: 0 }]],
        'closing-review': [['finish']],
      },
      (state) => state.ending !== undefined,
    );
    const { rows } = await store.pool.query<{ state: JourneyState }>(
      'select state from journey where id = $1',
      [journey],
    );
    expect(rows[0]?.state.ending?.kind).toBe('completed');
    expect(rows[0]?.state.stage).toBe('follow-up');
    // Every six months for three years, then yearly: eight visits, each as soon as it opens two weeks ahead.
    expect(await seqOf(journey, 'surgery-follow-up')).toHaveLength(8);
    expect((await environment.currentTimeMs()) - start).toBeGreaterThan(5 * 365 * day - 30 * day);
    await eventually('the clock stops', async () => (await rowOf(store, journey)).armed === null);
    expect(await verifyReplay(store, journey)).toEqual({ patchesAgree: true, decidedOtherwise: [] });
  });

  it('from screening to palliative care, in the ward and at home, to a death', async () => {
    const resident = await fixture.resident();
    const journey = await enrolled(resident);
    const stages = await live(
      journey,
      {
        ...upToMdt,
        'mdt-meeting': [['decided', { diseaseStage: 'IV', mdtAdvice: 'palliative' }]],
        'palliative-request': [['accepted', { careSetting: 'ward' }]],
        'palliative-admission': [['attended']],
        'first-assessment': [['assessed', { painNrs: 7, analgesicRoute: 'subcutaneous' }]],
        'ward-assessment': [
          ['assessed', { painNrs: 5, analgesicRoute: 'oral' }],
          ['assessed', { painNrs: 2, analgesicRoute: 'oral' }],
        ],
        'full-assessment': [['done']],
        'ward-review': [['goHome']],
        'home-handover': [['accepted']],
        'home-assessment': [
          ['assessed', { painNrs: 4 }],
          ['assessed', { painNrs: 2 }],
        ],
      },
      (state) => state.stage === 'home-palliative' && (state.occurrences['home-assessment'] ?? 0) >= 4,
    );
    expect(stages.slice(-1)).toEqual(['home-palliative']);
    await residentDied(store, fixture.callers.district, { resident, idempotencyKey: 'death' });
    await worker.clocks.poke(journey);
    await eventually('the clock stops', async () => {
      const row = await rowOf(store, journey);
      return row.ended && row.armed === null;
    });
    const { rows } = await store.pool.query(
      `select 1 from notice where journey_id = $1 and status = 'queued'`,
      [journey],
    );
    expect(rows).toEqual([]);
  });

  it('with nobody doing anything, the ladder climbs, and the road ends only by a person’s word', async () => {
    const journey = await enrolled(await fixture.resident());
    await live(
      journey,
      {},
      (state) =>
        state.stage === 'outreach' &&
        (state.steps['home-visit#1' as keyof typeof state.steps]?.repeat ?? 0) >= 4,
    );
    const { rows } = await store.pool.query<{ role: string }>(
      `select distinct coalesce(e -> 'tell' ->> 'role', 'resident') as role from journey_event, jsonb_array_elements(effects::jsonb) e
       where journey_id = $1 and e ->> 'kind' = 'RungRaised' and (e ->> 'told')::boolean`,
      [journey],
    );
    expect(rows.map(({ role }) => role).sort()).toEqual(
      expect.arrayContaining(['centre-manager', 'district-coordinator', 'resident']),
    );
    expect((await rowOf(store, journey)).ended).toBe(false);
  });
});
