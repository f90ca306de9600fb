import { stepIdOf, type JourneyId, type StepRef } from '../domain/model/ids.ts';
import type { Locale, Localized } from '../domain/model/localized.ts';
import type { ResidentAsk } from '../domain/model/message.ts';
import { roleDescriptions, type OrganisationLevel } from '../domain/model/role.ts';
import type { JourneyState, ResidentAnswer } from '../domain/model/state.ts';
import type { StepKindName } from '../domain/steps/kind.ts';
import { databaseClock } from './clock.ts';
import type { StoreDeps } from './deps.ts';
import { checkSchema } from './journey-row.ts';
import { placesOfJourney } from './places-of-journey.ts';
import { rows } from './sql.ts';
import { withClient } from './transaction.ts';

/** What a resident sees behind a link: nothing of the pathway, and nothing of what was found. */
export interface LinkedQuestion {
  readonly id: string;
  /** UTC epoch milliseconds, as all instants here. */
  readonly expiresAt: number;
  readonly now: number;
  readonly asks: readonly ResidentAsk[];
  readonly resident: {
    readonly id: string;
    readonly name: string;
    readonly sex: 'male' | 'female';
    readonly locale: Locale;
  };
  /** Where it is done: the owner's centre, hospital or district. */
  readonly place: { readonly name: string; readonly phone: string | null };
  /** An answer is taken: the step is open or still to come. */
  readonly open: boolean;
  /** Undefined for a step that the journey's version no longer has. */
  readonly kind: StepKindName | undefined;
  readonly bring: Localized | undefined;
  readonly appointmentAt: number | undefined;
  readonly dueAt: number | undefined;
  /** What was said last, by whatever link or message; undefined before any, and after a new appointment. */
  readonly said: ResidentAnswer | undefined;
  /** The resident wants no email, or no message at all. */
  readonly stopped: { readonly email: boolean; readonly all: boolean };
}

type Place = LinkedQuestion['place'];

interface Row extends Pick<LinkedQuestion, 'id' | 'expiresAt' | 'now' | 'asks' | 'resident' | 'stopped'> {
  readonly journey: JourneyId;
  readonly step: StepRef;
  readonly state: JourneyState;
  readonly pathway: string;
  readonly version: number;
  readonly places: Readonly<Record<OrganisationLevel, Place>>;
}

const stopped = (channel: string): string => `exists (select 1 from contact_preference p
    where p.resident_id = r.id and p.channel = '${channel}' and p.purpose = '*' and not p.allowed)`;

/** The journey's resident, not the link's: a duplicate record may have been merged since. */
const select = `
  select l.id, l.journey_id as journey, l.step, l.asks, l.expires_at as "expiresAt", clock_timestamp() as now,
    j.state, j.pathway, j.version,
    json_build_object('id', r.id, 'name', r.name, 'sex', r.sex, 'locale', r.locale) as resident,
    ${placesOfJourney} as places,
    json_build_object('email', ${stopped('email')}, 'all', ${stopped('*')}) as stopped
  from answer_link l join journey j on j.id = l.journey_id join resident r on r.id = j.resident_id
  where l.id = $1`;

/**
 * Reads; changes nothing. Whoever asks has not been believed yet: the signature of the token covers `expiresAt`.
 * @returns what stands behind a link, or null when there is no such link
 * @throws StateTooNew, StoreUnavailable
 */
export async function linkedQuestion(deps: StoreDeps, link: string): Promise<LinkedQuestion | null> {
  return withClient(deps.pool, async (client) => {
    const [row] = await rows<Row>(client, 'linked-question', select, [link]);
    if (!row) return null;
    const { state, pathway, version, places, journey: _, step: ref, ...rest } = row;
    checkSchema(state);
    const step = state.steps[ref];
    const definition = await deps.definitions.get(pathway, version, client);
    const known = definition.steps[stepIdOf(ref)];
    const level = step ? roleDescriptions[step.owner.role].level : 'centre';
    return {
      ...rest,
      now: deps.clock === databaseClock ? row.now : await deps.clock.now(client),
      place: places[level],
      open: !state.ending && (step?.status === 'open' || step?.status === 'scheduled'),
      kind: known?.kind,
      bring: known?.source.bring,
      appointmentAt: step?.appointmentAt,
      dueAt: step?.dueAt,
      said: step?.residentAnswer?.cycle === step?.cycle ? step?.residentAnswer : undefined,
    };
  });
}
