import { defaultMessagingRules } from '../../domain/messaging/rules.ts';
import type { StoreDeps } from '../../store/deps.ts';
import { enrol } from '../../store/enrol.ts';
import { setMessagingRules } from '../../store/messages/rules.ts';
import { callerOf } from '../../store/staff.ts';
import { inParallel } from '../../worker/in-parallel.ts';
import type { District } from './district.ts';

/** Makes it daytime for the district, whenever the benchmark runs: quiet is the other half of the day. */
export async function makeDaytime({ store }: District): Promise<void> {
  const hour = (new Date().getUTCHours() + 8) % 24;
  const at = (h: number): string => `${String(h % 24).padStart(2, '0')}:00`;
  const { rows } = await store.pool.query<{ id: string }>(
    `select id from organisation where level = 'district'`,
  );
  for (const { id } of rows)
    await setMessagingRules(
      store,
      id,
      {
        ...defaultMessagingRules,
        quietHours: { from: at(hour + 12), until: at(hour + 13) },
        routineAt: at(hour),
      },
      'bench',
    );
}

const batch = 1_000;

/**
 * Enrols residents with a telephone each, whose invitations wait until {@link releaseInvitations}. Their clocks are
 * nobody's business here: no worker looks after them.
 */
export async function inviteLater(
  district: District,
  count: number,
  progress: (text: string) => void,
): Promise<void> {
  const { store } = district;
  const caller = await callerOf(store, 'coordinator');
  if (!caller) throw new Error('no coordinator');
  for (let made = 0; made < count; made += batch) {
    const residents = await district.residents(Math.min(batch, count - made));
    await store.pool.query(
      `update resident r set phone = '199' || lpad(($2::int + w.n)::text, 8, '0')
       from unnest($1::uuid[]) with ordinality as w(id, n) where r.id = w.id`,
      [residents, made],
    );
    await inParallel(8, residents, async (resident) => {
      const { journey } = await enrol(store, caller, { resident, pathway: 'lung', idempotencyKey: resident });
      if (!journey) throw new Error('not enrolled');
    });
    await store.pool.query(
      `update notice n set due_at = '2100-01-01' from journey j
       where j.id = n.journey_id and j.resident_id = any($1::uuid[])`,
      [residents],
    );
    if ((made / batch) % 10 === 0) progress(`${made + residents.length} of ${count} are invited for later`);
  }
  await store.pool.query('analyze');
}

/** Makes this many invitations due, in one commit. */
export async function releaseInvitations({ pool }: StoreDeps, count: number): Promise<void> {
  const { rowCount } = await pool.query(
    `update notice set due_at = clock_timestamp() where key in (
       select key from notice where recipient_kind = 'resident' and due_at = '2100-01-01' limit $1)`,
    [count],
  );
  if (rowCount !== count) throw new Error(`${rowCount} invitations instead of ${count}`);
}
