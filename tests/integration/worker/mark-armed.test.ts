import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mayMarkArmed } from '../../../domain/clock/poke-rule.ts';
import { asJourneyId } from '../../../domain/model/ids.ts';
import { markArmed } from '../../../store/mark-armed.ts';
import { storeFixture, type StoreFixture } from '../../support/store-fixture.ts';

let fixture: StoreFixture;
beforeAll(async () => {
  fixture = await storeFixture();
});
afterAll(() => fixture?.close());

it('the SQL that takes a claim decides as the rule that is proven', async () => {
  const journey = asJourneyId(await fixture.journey());
  const { pool } = fixture.store;
  const instant = fc.option(fc.integer({ min: 1, max: 4 }).map((n) => Date.UTC(2027, 0, n)));
  const number = fc.integer({ min: 0, max: 3 });
  const row = fc.record({ pokeSeq: number, pokedSeq: number, armedUntil: instant, nextDeadlineAt: instant });
  const claim = fc.record({ pokeSeq: number, armedUntil: instant });
  const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());
  await fc.assert(
    fc.asyncProperty(row, claim, async (before, says) => {
      const { pokeSeq, pokedSeq, armedUntil, nextDeadlineAt } = before;
      const ended = nextDeadlineAt === null;
      await pool.query(
        `update journey set poke_seq = $2, poked_seq = $3, armed_until = $4, next_deadline_at = $5,
           ended_at = case when $6 then now() end, ending = case when $6 then 'declined' end where id = $1`,
        [journey, pokeSeq, pokedSeq, iso(armedUntil), iso(nextDeadlineAt), ended],
      );
      const taken = mayMarkArmed({ ...before, ended }, says);
      expect(await markArmed(fixture.store, journey, says)).toBe(taken);
      const { rows } = await pool.query<{ poked: number; armed: Date | null }>(
        'select poked_seq as poked, armed_until as armed from journey where id = $1',
        [journey],
      );
      expect(rows[0]!.poked).toBe(taken ? says.pokeSeq : pokedSeq);
      expect(rows[0]!.armed?.getTime() ?? null).toBe(taken ? says.armedUntil : armedUntil);
    }),
    { numRuns: 400 },
  );
});
