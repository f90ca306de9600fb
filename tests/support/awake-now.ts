import { defaultMessagingRules } from '../../domain/messaging/rules.ts';
import { setMessagingRules } from '../../store/messages/rules.ts';
import type { StoreFixture } from './store-fixture.ts';

/** Whatever the hour of the real clock is: quiet is another half of the day, and what is routine may leave. */
export async function awakeNow(f: StoreFixture): Promise<void> {
  const hour = (new Date().getUTCHours() + 8) % 24;
  const at = (h: number): string => `${String(h % 24).padStart(2, '0')}:00`;
  await setMessagingRules(
    f.store,
    f.organisations.get('D')!,
    {
      ...defaultMessagingRules,
      quietHours: { from: at(hour + 12), until: at(hour + 13) },
      routineAt: at(hour),
    },
    'test',
  );
}
