import type { DefinitionSource } from '../../domain/definition/source.ts';
import { asEventId, asStepRef, type JourneyId, type StepRef } from '../../domain/model/ids.ts';
import { residentAsks, type ResidentAsk } from '../../domain/model/message.ts';
import { makeIdentityNumber } from '../../domain/resident/identity-number.ts';
import type { LinkSigner } from '../../messaging/answer-link.ts';
import { advance } from '../../store/advance.ts';
import { issueLinks } from '../../store/answer-links.ts';
import { publishDefinition } from '../../store/definitions.ts';
import { upsertOrganisations } from '../../store/organisations.ts';
import { rows } from '../../store/sql.ts';
import { upsertResidents } from '../../store/upsert-residents.ts';
import { smallSource } from './small-pathway.ts';
import type { StoreFixture } from './store-fixture.ts';

const dayMs = 86_400_000;
const system = { kind: 'system' } as const;
const doctor = { kind: 'staff', id: 'centre0', role: 'family-doctor' } as const;
const coordinator = { kind: 'staff', id: 'hospital', role: 'hospital-coordinator' } as const;

/** Thursday, 8 January 2026, 09:30 in Shanghai. */
export const appointmentAt = Date.UTC(2026, 0, 8, 1, 30);

const { imaging, ...stages } = smallSource.stages;
if (!imaging?.steps['book-ct']) throw new Error('the small pathway has no booking');

/** The small pathway, whose booking says what to bring. */
const source: DefinitionSource = {
  ...smallSource,
  pathway: 'answers',
  stages: {
    ...stages,
    imaging: {
      ...imaging,
      steps: {
        ...imaging.steps,
        'book-ct': {
          ...imaging.steps['book-ct'],
          bring: {
            zh: '身份证、医保卡；到门诊楼一楼服务台报到。',
            en: 'Identity card and insurance card; please go to the desk on the ground floor.',
          },
        },
      },
    },
  },
};

/** What the small district of the fixture needs so that residents can be asked something. */
export async function prepareAnswers({ store }: StoreFixture): Promise<void> {
  await upsertOrganisations(store, [
    {
      code: 'C0',
      level: 'centre',
      parent: 'D',
      names: ['示例街道社区卫生服务中心'],
      phone: '0000-1234 5678',
    },
    { code: 'H', level: 'hospital', parent: 'D', names: ['示例区医院'], phone: '0000-8765 4321' },
  ]);
  await publishDefinition(store, source, 'test');
}

export interface LinkedResident {
  readonly resident: string;
  readonly journey: JourneyId;
  readonly step: StepRef;
  readonly id: string;
  readonly token: string;
  readonly expiresAt: number;
}

export interface LinkedInput {
  /** Booked at the hospital; otherwise the questionnaire at the centre is asked for. */
  readonly booked?: boolean;
  readonly asks?: readonly ResidentAsk[];
  readonly validForMs?: number;
  readonly locale?: 'zh' | 'en';
}

let count = 0;

/** @returns a new resident on a journey, who was sent a link */
export async function linkedResident(
  fixture: StoreFixture & { readonly signer: LinkSigner },
  { booked = false, asks = residentAsks, validForMs = 14 * dayMs, locale = 'zh' }: LinkedInput = {},
): Promise<LinkedResident> {
  const { store } = fixture;
  count += 1;
  const [made] = await upsertResidents(store, [
    {
      name: '欧阳秀英',
      identityNumber: makeIdentityNumber('990002', '1950-03-12', 2 * count),
      birthDate: '1950-03-12',
      sex: 'female',
      phone: `1990001${String(count).padStart(4, '0')}`,
      email: `linked${count}@example.org`,
      locale,
      contractDoctor: fixture.staff.get('centre0') ?? null,
      centre: fixture.organisations.get('C0') ?? '',
    },
  ]);
  const resident = made?.id ?? '';
  const journey = await fixture.journey({ pathway: 'answers', resident });
  const outcome = async (
    by: typeof doctor | typeof coordinator,
    step: string,
    name: string,
    more: object = {},
  ): Promise<void> => {
    const answer = await advance(store, journey, {
      kind: 'OutcomeRecorded',
      id: asEventId(`${journey}/${step}/${name}`),
      by,
      step: asStepRef(step),
      outcome: name,
      ...more,
    });
    if (answer.refusal) throw new Error(answer.refusal.message.en);
  };
  if (booked) {
    await outcome(doctor, 'questions#1', 'completed', { facts: { points: 5 } });
    await outcome(coordinator, 'refer-up#1', 'accepted');
    await outcome(coordinator, 'book-ct#1', 'booked', { appointmentAt });
  }
  const step = asStepRef(booked ? 'book-ct#1' : 'questions#1');
  const link = await anotherLink(fixture, { resident, journey, step, asks, validForMs });
  return { resident, journey, step, ...link };
}

/** @returns one more link to the same matter, as a second reminder brings it */
export async function anotherLink(
  { store, signer, clock }: StoreFixture & { readonly signer: LinkSigner },
  {
    resident,
    journey,
    step,
    asks = residentAsks,
    validForMs = 14 * dayMs,
  }: Pick<LinkedResident, 'resident' | 'journey' | 'step'> & Pick<LinkedInput, 'asks' | 'validForMs'>,
): Promise<Pick<LinkedResident, 'id' | 'token' | 'expiresAt'>> {
  count += 1;
  const noticeKey = `${journey}/${step}/0/${count}/0/resident/any`;
  const issued = await issueLinks(store.pool, [
    { noticeKey, journey, step, resident, asks, expiresAt: clock.at + validForMs },
  ]);
  const link = issued.get(noticeKey);
  if (!link) throw new Error('no link');
  return { ...link, token: signer.url(link.id, link.expiresAt).split('/r/')[1] ?? '' };
}

/** Closes the questionnaire, as a doctor does who has it on paper. */
export const closeStep = ({ store }: StoreFixture, { journey, step }: LinkedResident): Promise<unknown> =>
  advance(store, journey, {
    kind: 'OutcomeRecorded',
    id: asEventId(`${journey}/${step}/closed`),
    by: doctor,
    step,
    outcome: 'completed',
    facts: { points: 0 },
  });

/** Ends a journey, whose every step is closed by that. */
export const endJourney = ({ store }: StoreFixture, { journey }: LinkedResident): Promise<unknown> =>
  advance(store, journey, {
    kind: 'Ended',
    id: asEventId(`${journey}/ended`),
    by: system,
    ending: 'other-care',
  });

/** @returns what the resident said, as the journey's log has it, oldest first */
export const answersOf = (
  { store }: StoreFixture,
  journey: JourneyId,
): Promise<{ id: string; answer: string; note: string | null }[]> =>
  rows(
    store.pool,
    '',
    `select event_id as id, event->>'answer' as answer, event->>'note' as note from journey_event
     where journey_id = $1 and kind = 'ResidentAnswered' order by seq`,
    [journey],
  );
