import { defaultMessagingRules, type MessagingRules } from '../../domain/messaging/rules.ts';
import type { StoreDeps } from '../../store/deps.ts';
import { messagingRules, setMessagingRules } from '../../store/messages/rules.ts';
import { allOrganisations } from '../../store/organisations.ts';
import { districtCode } from './people.ts';

/** Nobody is woken by it, and whoever tries it in the evening should see a message arrive. */
export const demonstrationRules: MessagingRules = {
  ...defaultMessagingRules,
  quietHours: { from: '02:00', until: '03:00' },
  routineAt: '03:00',
};

/** Puts the rules in force, unless somebody has set others. */
export async function setDemonstrationRules(store: StoreDeps): Promise<void> {
  const district = (await allOrganisations(store)).find(({ code }) => code === districtCode);
  if (!district || (await messagingRules(store.pool, district.id)).version > 0) return;
  await setMessagingRules(store, district.id, demonstrationRules, `release/${store.release}`);
}
