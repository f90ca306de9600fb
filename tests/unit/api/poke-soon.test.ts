import { pino } from 'pino';
import { expect, it } from 'vitest';
import { pokeSoon } from '../../../api/poke-soon.ts';
import { asJourneyId, type JourneyId } from '../../../domain/model/ids.ts';

const journey = (n: number): JourneyId =>
  asJourneyId(`00000000-0000-4000-8000-${String(n).padStart(12, '0')}`);

it('pokes for a command at once, and for enrolments once a second: the rest are left to the relay', () => {
  const poked: JourneyId[] = [];
  const results: string[] = [];
  const time = { now: 0 };
  const poke = pokeSoon(
    { poke: async (one) => void poked.push(one) },
    { poke: (result) => void results.push(result) },
    pino({ level: 'silent' }),
    () => time.now,
  );
  for (let n = 0; n < 10; n += 1) poke(journey(n), 'calm');
  expect(poked).toEqual([journey(0)]);
  expect(results).toEqual(Array.from({ length: 9 }, () => 'leftToRelay'));
  poke(journey(20));
  expect(poked).toEqual([journey(0), journey(20)]);
  time.now = 1_000;
  poke(journey(11), 'calm');
  expect(poked.at(-1)).toBe(journey(11));
});
