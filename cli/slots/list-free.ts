import { localMinute } from '../../domain/calendar/local-minute.ts';
import type { Audience } from '../../domain/scheduling/pool.ts';
import { PlainError } from '../../local/plain-error.ts';
import type { StoreDeps } from '../../store/deps.ts';
import { allOrganisations } from '../../store/organisations.ts';
import { freeSlots, type FreeSlotView } from '../../store/slots/free-slots.ts';
import { programCaller } from '../program-caller.ts';
import { say } from '../run.ts';
import { alignedTable } from '../table.ts';
import { dayOf, here } from './days.ts';

export interface ListOptions {
  readonly audience: Audience;
  readonly service?: string;
  readonly organisation?: string;
  readonly from?: string;
  /** The last day. */
  readonly to?: string;
  readonly limit: string;
  readonly json?: true;
}

/** Lists the slots in which somebody of an audience may have a place now, in every district. */
export async function listFree(store: StoreDeps, options: ListOptions): Promise<void> {
  const { audience, service, organisation, from, to } = options;
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > 500)
    throw new PlainError('--limit 应为 1 到 500 的整数。', '--limit should be a whole number from 1 to 500.');
  const { clock } = await here(store);
  const organisations = await allOrganisations(store);
  const found: FreeSlotView[] = [];
  for (const { id } of organisations.filter(({ level }) => level === 'district')) {
    const page = await freeSlots(store, programCaller('cli', id), {
      ...{ audience, limit },
      ...(service !== undefined && { service }),
      ...(organisation !== undefined && { organisation }),
      ...(from !== undefined && { from: clock.instantOf(dayOf(from), 0) }),
      ...(to !== undefined && { to: clock.instantOf(dayOf(to) + 1, 0) }),
    });
    found.push(...page.items);
  }
  const shown = found.toSorted((a, b) => a.startsAt - b.startsAt).slice(0, limit);
  if (options.json) {
    for (const slot of shown) console.log(JSON.stringify(slot));
    return;
  }
  const nameOf = new Map(organisations.map(({ id, code, names }) => [id, names[0] ?? code]));
  if (shown.length > 0)
    console.log(
      alignedTable(
        shown.map((slot) => [
          localMinute(clock, slot.startsAt),
          slot.pool.code,
          slot.service,
          `${slot.free}/${slot.capacity}`,
          nameOf.get(slot.pool.organisation) ?? '',
          slot.id,
        ]),
      ),
    );
  say(
    `${audience}：列出 ${shown.length} 个可约的号`,
    `${audience}: ${shown.length} slots with a place shown`,
  );
}
