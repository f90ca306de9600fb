import { createHash } from 'node:crypto';
import type { OutsideWorkFinished } from '../domain/model/event.ts';
import { asEventId, type JourneyId } from '../domain/model/ids.ts';
import { refuse } from '../domain/model/refusal.ts';
import { advance } from '../store/advance.ts';
import type { StoreDeps } from '../store/deps.ts';
import { EventIdReused, NotFound, waitingHelps } from '../store/errors.ts';
import { drainInbox, receiveInbox } from '../store/inbox.ts';
import { look } from '../store/look.ts';
import { markArmed } from '../store/mark-armed.ts';
import { holdOutsideWork, outsideWorkById, startOutsideWork } from '../store/outside-work.ts';
import { refuseInbox } from '../store/refuse-inbox.ts';
import type { FactMessage } from '../workflows/messages.ts';
import { readFactMessage } from './fact-message.ts';
import type { Advanced, ClockRecord, WorkRecord, WorkRow } from './ports.ts';
import { codeOf } from './without-words.ts';

/** Small, so that one journey's fact does not wait for everybody's; the worker's own loop takes the rest. */
const DRAIN_AT_ONCE = 20;

const system = { kind: 'system' } as const;

/** Advances a journey by its deadline. The id is made inside the store, so that a repetition finds nothing due. */
export const reachDeadline = (store: StoreDeps, journey: JourneyId): Promise<Advanced> =>
  advance(store, journey, { kind: 'DeadlineReached', by: system });

async function receive(store: StoreDeps, journey: JourneyId, message: FactMessage): Promise<void> {
  const read = readFactMessage(message);
  const { source } = read;
  const event: unknown = read.readable ? read.body : (read.event ?? null);
  const digest = createHash('sha256').update(JSON.stringify(event)).digest('base64url').slice(0, 16);
  if (!read.readable) {
    const refusal = refuse(
      'EventUnknown',
      '信号 recordFact 的内容不是可接受的事件，或数值超出范围（日期应在 1900 至 2199 年）；可接受 OutcomeRecorded 与 FactsCorrected。',
      'What the signal recordFact carried is not an event that it takes, or not within bounds (dates from 1900 to 2199); it takes OutcomeRecorded and FactsCorrected.',
      { accepted: ['OutcomeRecorded', 'FactsCorrected'] },
    );
    await refuseInbox(store, { source, id: `unreadable/${digest}`, journey, body: event }, refusal);
    return;
  }
  const { id, body } = read;
  try {
    await receiveInbox(store, { source, id, journey, body });
  } catch (error) {
    if (error instanceof NotFound) return; // no journey, so nobody whose inbox could keep it
    if (!(error instanceof EventIdReused)) throw error;
    const refusal = refuse(
      'EventUnknown',
      `消息标识“${id}”已用于另一内容；新的事实请使用新的标识。`,
      `The message id "${id}" was used before with another body; use a new id for a new fact.`,
      { field: 'id' },
    );
    await refuseInbox(store, { source, id: `${id}/reused/${digest}`, journey, body }, refusal);
    return;
  }
  await drainInbox(store, DRAIN_AT_ONCE);
}

export const clockRecord = (store: StoreDeps): ClockRecord => ({
  look: (journey) => look(store, journey),
  reachDeadline: (journey) => reachDeadline(store, journey),
  markArmed: (journey, claim) => markArmed(store, journey, claim),
  receive: (journey, message) => receive(store, journey, message),
});

/** A result that cannot be taken is a person's task: asking the provider again would bring the same. */
async function finish(store: StoreDeps, row: WorkRow, result: OutsideWorkFinished['result']): Promise<void> {
  const { id: work, journey, step } = row;
  const event = {
    kind: 'OutsideWorkFinished',
    by: { kind: 'outside', system: row.provider },
    work,
    step,
  } as const;
  const told = async (id: string, what: OutsideWorkFinished['result']): Promise<string | undefined> => {
    try {
      const answer = await advance(store, journey, {
        ...event,
        id: asEventId(`work/${work}/${id}`),
        result: what,
      });
      return answer.refusal?.refused;
    } catch (error) {
      // Two results for one key: the first stands. It is only possible when the second was a giving up.
      if (error instanceof EventIdReused) return undefined;
      if (waitingHelps(error)) throw error;
      return codeOf(error);
    }
  };
  const refused = await told('finished', result);
  if (refused === undefined) return;
  const reason = `外部系统的结果不被接受 · the result was not accepted: ${refused}`;
  const held = await told('not-accepted', { status: 'unknown', reason });
  if (held !== undefined) await holdOutsideWork(store, work);
}

export const workRecord = (store: StoreDeps): WorkRecord => ({
  read: (work) => outsideWorkById(store, work),
  start: (work) => startOutsideWork(store, work),
  finish: (row, result) => finish(store, row, result),
});
