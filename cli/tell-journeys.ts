import type { FanOut } from '../store/fan-out.ts';
import { say } from './run.ts';

/** Says which journeys of a person what was recorded has reached. */
export function tellJourneys(name: string, answers: readonly FanOut[]): void {
  if (answers.length === 0) say(`${name}：已记录，没有进行中的旅程`, 'recorded; no journey was under way');
  for (const { journey, state } of answers)
    say(`${name}：旅程 ${journey}（${state.definition}）已更新`, `journey ${journey} updated`);
}
