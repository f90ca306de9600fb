import { describe, expect, it } from 'vitest';
import { asJourneyId, type JourneyId } from '../../../domain/model/ids.ts';
import { createRelay, type RelayDeps } from '../../../worker/relay.ts';
import { untilAnswered } from '../../../worker/until-answered.ts';

const journey = (n: number): JourneyId =>
  asJourneyId(`00000000-0000-4000-8000-${String(n).padStart(12, '0')}`);
const table = Array.from({ length: 5 }, (_, n) => ({ journey: journey(n), pokeSeq: 1, raisedAt: n }));

function relay(more: Partial<RelayDeps> = {}) {
  const sent: JourneyId[] = [];
  const round = createRelay({
    owed: async (limit) => table.slice(0, limit),
    poke: async (one) => {
      sent.push(one);
      return 'sent';
    },
    sent: () => undefined,
    now: () => 0,
    ...more,
  });
  return { sent, round };
}

describe('a lane of the relay', () => {
  it('sends a batch in a round, and those that do not answer do not hide the ones behind them', async () => {
    const { sent, round } = relay({ batch: () => 2 });
    expect([await round(), await round(), await round(), await round()]).toEqual([
      'more',
      'more',
      'done',
      'done',
    ]);
    expect(sent).toEqual(table.map((one) => one.journey));
  });

  it('counts what was sent, not what a busy clock did not need', async () => {
    let counted = 0;
    const { round } = relay({
      poke: async (one) => (one === journey(0) ? 'busy' : 'sent'),
      sent: (count) => (counted += count),
    });
    await round();
    expect(counted).toBe(4);
  });

  it('waits for the answers before the round is over, where it is told to', async () => {
    const left = [3, 1, 0];
    const asked: number[] = [];
    const { round } = relay({
      settled: untilAnswered({
        unanswered: async (journeys) => {
          asked.push(journeys.length);
          return left.shift() ?? 0;
        },
        now: () => 0,
        pause: async () => undefined,
      }),
    });
    await round();
    expect(asked).toEqual([5, 5, 5]);
  });

  it('does not wait for ever for a clock that does not answer', async () => {
    let now = 0;
    await untilAnswered({
      unanswered: async () => 1,
      now: () => now,
      pause: async (ms) => (now += ms),
    })([journey(0)]);
    expect(now).toBe(5_000);
  });
});
