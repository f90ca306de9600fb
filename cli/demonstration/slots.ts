import { poolSchema, type Pool } from '../../domain/scheduling/pool.ts';
import type { StoreDeps } from '../../store/deps.ts';
import { allOrganisations } from '../../store/organisations.ts';
import { poolsOf } from '../../store/slots/pools.ts';
import { setPools } from '../../store/slots/set-pool.ts';
import { programCaller } from '../program-caller.ts';
import { districtCode, hospitalCode } from './people.ts';

const workWeek = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'];

/**
 * @param today `YYYY-MM-DD`
 * @returns the hospital's pools: CT for community screening, CT for the green channel, and the clinic behind both
 */
function demonstrationPools(today: string): Pool[] {
  const place = { organisation: hospitalCode, site: `${hospitalCode}-MAIN` };
  const weekly = (
    days: readonly string[],
    from: string,
    until: string,
    minutes: number,
    capacity: number,
  ) => ({
    ...{ days, from, until, minutes, capacity },
    validFrom: today,
  });
  return [
    {
      ...place,
      code: `${hospitalCode}-LDCT`,
      service: 'low-dose-ct',
      audience: 'community-screening',
      title: { zh: '社区筛查低剂量 CT', en: 'Low-dose CT for community screening' },
      closesBefore: '2h',
      releaseBefore: '24h',
      greenChannel: { places: 1, until: '48h' },
      weekly: [
        weekly(workWeek, '08:00', '11:30', 30, 4),
        weekly(['tuesday', 'thursday'], '13:30', '16:30', 30, 3),
      ],
    },
    {
      ...place,
      code: `${hospitalCode}-CECT`,
      service: 'contrast-ct',
      audience: 'green-channel',
      title: { zh: '绿色通道增强 CT', en: 'Contrast CT for the green channel' },
      opensBefore: '30d',
      offerFor: '2h',
      releaseBefore: '12h',
      weekly: [weekly(workWeek, '11:30', '12:30', 30, 2)],
    },
    {
      ...place,
      code: `${hospitalCode}-CLINIC`,
      service: 'specialist-clinic',
      audience: 'general',
      title: { zh: '肺结节专科门诊', en: 'Pulmonary nodule clinic' },
      opensBefore: '30d',
      weekly: [weekly(['monday', 'wednesday', 'friday'], '08:00', '12:00', 15, 1)],
    },
  ].map((pool) => poolSchema.parse(pool));
}

/** Sets them, unless somebody has set any there. */
export async function setDemonstrationPools(store: StoreDeps, today: string): Promise<void> {
  const district = (await allOrganisations(store)).find(({ code }) => code === districtCode);
  if (!district) return;
  const known = await poolsOf(store, programCaller('cli', district.id), { organisation: hospitalCode });
  if (known.length > 0) return;
  await setPools(store, demonstrationPools(today), { by: `release/${store.release}` });
}
