import { asJourneyId, type JourneyId } from '../domain/model/ids.ts';
import { mayWithSlots, rolesWithSlots, type SlotAction } from '../domain/rights/may-book.ts';
import type { Caller } from '../store/caller.ts';
import type { StoreDeps } from '../store/deps.ts';
import { journeyById } from '../store/journey-by-id.ts';
import { residentById } from '../store/residents.ts';
import { forbidden, notFound, unprocessable } from './problem/known-problems.ts';

/** @throws Problem 403 */
export function mustWithSlots({ role }: Caller, action: SlotAction): void {
  if (!mayWithSlots(role, action)) throw forbidden(rolesWithSlots(action));
}

export interface ForWhom {
  readonly resident: string;
  readonly journey?: string | undefined;
  readonly step?: string | undefined;
}

export interface Booked {
  readonly resident: string;
  readonly journey?: JourneyId;
  readonly step?: string;
}

/**
 * @returns for whom and for what a place is taken, once it is known that there is such a resident and journey within
 *   the caller's reach
 * @throws Problem 404, 422
 */
export async function forWhom(
  store: StoreDeps,
  caller: Caller,
  { resident, journey, step }: ForWhom,
): Promise<Booked> {
  const person = await residentById(store, caller, resident);
  if (!person) throw notFound({ zh: '居民', en: 'resident' });
  if (person.status !== 'active')
    throw unprocessable(
      'resident',
      person.mergedInto === null
        ? {
            zh: '该居民已故或已迁出，不能预约。',
            en: 'The resident has died or moved away; nothing can be booked.',
          }
        : {
            zh: `该档案已并入 ${person.mergedInto}；请用那一份。`,
            en: `The record was merged into ${person.mergedInto}; use that one.`,
          },
    );
  if (journey === undefined) {
    if (step !== undefined)
      throw unprocessable('journey', {
        zh: '写了步骤，请同时写旅程。',
        en: 'Name the journey that the step is of.',
      });
    return { resident };
  }
  const known = await journeyById(store, caller, asJourneyId(journey));
  if (!known) throw notFound({ zh: '旅程', en: 'journey' });
  if (known.resident.id !== resident)
    throw unprocessable('journey', {
      zh: '这不是该居民的旅程；请核对。',
      en: 'That is a journey of another resident; look again.',
    });
  return { resident, journey: known.id, ...(step !== undefined && { step }) };
}
