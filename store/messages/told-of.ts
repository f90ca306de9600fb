import type { OrganisationLevel } from '../../domain/model/role.ts';
import { placesOfJourney, type Place } from '../places-of-journey.ts';
import { rows, type Queryable } from '../sql.ts';

/** What a message tells of a notice beyond the notice itself. */
export interface ToldOf {
  readonly key: string;
  /** UTC epoch milliseconds. */
  readonly dueAt: number;
  readonly urgent: boolean;
  readonly resident: { readonly name: string; readonly sex: 'male' | 'female' };
  readonly places: Readonly<Record<OrganisationLevel, Place>>;
}

/** @returns by key, whom and where the notices are about */
export async function toldOf(
  client: Queryable,
  keys: readonly string[],
): Promise<ReadonlyMap<string, ToldOf>> {
  const found = await rows<ToldOf>(
    client,
    'told-of',
    `select n.key, n.due_at as "dueAt", n.urgent, json_build_object('name', r.name, 'sex', r.sex) as resident,
       ${placesOfJourney} as places
     from notice n join journey j on j.id = n.journey_id join resident r on r.id = j.resident_id
     where n.key = any($1)`,
    [keys],
  );
  return new Map(found.map((one) => [one.key, one]));
}
