import type pg from 'pg';
import type { NoticeStatus } from '../../domain/messaging/fate.ts';
import { stepIdOf, type StepRef } from '../../domain/model/ids.ts';
import { say, type Localized } from '../../domain/model/localized.ts';
import { scopeColumn, type Caller } from '../caller.ts';
import type { StoreDeps } from '../deps.ts';
import { EventIdReused, NotFound } from '../errors.ts';
import { instant, rows } from '../sql.ts';
import { inTransaction } from '../transaction.ts';
import { messagingRules } from './rules.ts';

/** What a person wants done about a notice. */
export interface NoticeOrder {
  readonly action: 'retry' | 'cancel';
  readonly notice: string;
  /** Needed to cancel, and to send again what may have arrived. */
  readonly reason?: string;
  /** It may arrive twice, and is to be sent again all the same. */
  readonly again?: boolean;
  /** Id of a member of staff, or a name given at the machine. */
  readonly by: string;
  /** The same again is one order. */
  readonly idempotencyKey: string;
}

/** `before`: the same order was carried out earlier. A refusal changes nothing. */
export type NoticeOrderAnswer =
  { readonly done: 'now' | 'before' } | { readonly refused: string; readonly message: Localized };

interface Standing {
  readonly key: string;
  readonly status: NoticeStatus;
  readonly error: string | null;
  readonly toResident: boolean;
  readonly step: StepRef;
  readonly pathway: string;
  readonly version: number;
  readonly district: string;
  readonly dueAt: number;
  readonly expiresAt: number | null;
  readonly ended: boolean;
  readonly stepOpen: boolean;
}

interface Recorded {
  readonly notice: string;
  readonly action: string;
  readonly reason: string | null;
  readonly again: boolean;
}

/** Locked: nobody plans, claims or settles it until the order is carried out. */
const standing = (caller: Caller): string => `
  select n.key, n.status, n.error, n.recipient_kind = 'resident' as "toResident", n.step, j.pathway, j.version,
    j.district_id as district, n.due_at as "dueAt", n.expires_at as "expiresAt", j.ended_at is not null as ended,
    exists (select 1 from open_step o where o.journey_id = n.journey_id and o.step = n.step) as "stepOpen"
  from notice n join journey j on j.id = n.journey_id
  where n.key = $1 and j.${scopeColumn(caller)} = $2::uuid for update of n`;

/** To be planned as if it were new, on every channel; what carried it is kept with the order. */
const retry = `
  with gone as (delete from message_notice where notice_key = $1 returning message_id)
  select coalesce(array_agg(distinct message_id), '{}') as messages from gone`;
const renew = `
  update notice set status = 'queued', planned_at = null, held_until = null, hold_reason = null, flag = null, rank = 0,
    error = null, finished_at = null
  where key = $1`;

/** Whoever sends it again says that the addresses are worth a try, also those that were found to be bad. */
const forgive = `
  delete from bad_address b using notice n, journey j
  where n.key = $1 and n.recipient_kind = 'resident' and j.id = n.journey_id and b.resident_id = j.resident_id`;

const withdraw = `
  update notice set status = 'superseded', hold_reason = null, held_until = null, finished_at = $2::timestamptz
  where key = $1`;

const record = `
  insert into notice_action (id, notice_key, action, reason, again, done_by, done_at, was, error, messages)
  values ($1, $2, $3, $4, $5, $6, $7::timestamptz, $8, $9, $10::uuid[])`;

/**
 * Sends a notice anew that reached nobody, or withdraws one that has not left, and keeps who ordered it and why.
 * @throws NotFound when there is no such notice within the caller's reach; EventIdReused when the idempotency key came
 *   with another order before
 */
export async function orderNotice(
  deps: StoreDeps,
  caller: Caller,
  order: NoticeOrder,
): Promise<NoticeOrderAnswer> {
  return inTransaction(deps.pool, async (client) => {
    const [notice] = await rows<Standing>(client, `notice-standing-${caller.level}`, standing(caller), [
      order.notice,
      caller.organisation,
    ]);
    if (!notice) throw new NotFound('notice', order.notice);
    const id = `${order.idempotencyKey}/${notice.key}`;
    const [before] = await rows<Recorded>(
      client,
      '',
      'select notice_key as notice, action, reason, again from notice_action where id = $1',
      [id],
    );
    if (before) return known(before, order);
    const now = await deps.clock.now(client);
    const refusal =
      order.action === 'retry'
        ? await whyNotRetry(deps, client, notice, order, now)
        : whyNotCancel(notice, order);
    if (refusal) return refusal;
    let messages: readonly string[] = [];
    if (order.action === 'retry') {
      const [gone] = await rows<{ messages: string[] }>(client, '', retry, [notice.key]);
      messages = gone?.messages ?? [];
      await rows(client, '', renew, [notice.key]);
      await rows(client, '', forgive, [notice.key]);
    } else await rows(client, '', withdraw, [notice.key, instant(now)]);
    const { action, reason = null, again = false, by } = order;
    const { key, status, error } = notice;
    await rows(client, '', record, [
      id,
      key,
      action,
      reason,
      again,
      by,
      instant(now),
      status,
      error,
      messages,
    ]);
    return { done: 'now' };
  });
}

function known(before: Recorded, order: NoticeOrder): NoticeOrderAnswer {
  const { action, reason = null, again } = { again: false, ...order };
  if (before.action !== action || before.reason !== reason || before.again !== again)
    throw new EventIdReused(order.idempotencyKey);
  return { done: 'before' };
}

const refuse = (refused: string, zh: string, en: string): NoticeOrderAnswer => ({
  refused,
  message: say(zh, en),
});

async function whyNotRetry(
  deps: StoreDeps,
  client: pg.PoolClient,
  notice: Standing,
  { again = false, reason }: NoticeOrder,
  now: number,
): Promise<NoticeOrderAnswer | undefined> {
  const { status } = notice;
  if (status !== 'failed' && status !== 'unknown') return notToRetry(status);
  if (notice.ended)
    return refuse(
      'JourneyEnded',
      '旅程已结束，不再发送任何消息。',
      'The journey has ended: nothing is sent any more.',
    );
  const definition = await deps.definitions.get(notice.pathway, notice.version, client);
  // A step that only tells is closed as soon as it has told.
  if (!notice.stepOpen && definition.steps[stepIdOf(notice.step)]?.kind !== 'notice')
    return refuse(
      'StepNotOpen',
      `步骤“${notice.step}”已关闭，这条消息已无必要，没有重发。`,
      `The step "${notice.step}" is closed: the message is pointless by now, and was not sent again.`,
    );
  if (await isTooLate(client, notice, now))
    return refuse(
      'Expired',
      '这条消息已过有效期，没有重发；请另行联系。',
      'The message is past its validity and was not sent again: tell them another way.',
    );
  if (status === 'unknown' && !(again && reason !== undefined))
    return refuse(
      'MayArriveTwice',
      '这条消息可能已经送达，网关无法查询；再次发送，对方可能收到两次。核实后确要再发，请注明“再次发送”（again）并写明原因。',
      'This message may have arrived, and the gateway cannot say: sent again, it may arrive twice. Ask them first; to send it again all the same, say so (again) and why.',
    );
  return undefined;
}

/** A message to a resident is valid for as long as it says, or as the district's rules say. */
async function isTooLate(client: pg.PoolClient, notice: Standing, now: number): Promise<boolean> {
  if (notice.expiresAt !== null) return notice.expiresAt <= now;
  if (!notice.toResident) return false;
  const { rules } = await messagingRules(client, notice.district);
  const [row] = await rows<{ late: boolean }>(
    client,
    '',
    'select $1::timestamptz + $2::interval <= $3::timestamptz as late',
    [instant(notice.dueAt), rules.validFor, instant(now)],
  );
  return row?.late ?? false;
}

const standings: Readonly<Record<Exclude<NoticeStatus, 'failed' | 'unknown'>, Localized>> = {
  queued: say('还没有发出，会自动发送', 'has not left yet, and will by itself'),
  held: say('还没有发出，到时会自动发送', 'has not left yet, and will by itself when its time comes'),
  sending: say('正在发送', 'is being sent at this moment'),
  sent: say('已经发出', 'has left'),
  delivered: say('已经送达', 'has arrived'),
  superseded: say('已无必要或已被取消', 'became pointless, or was cancelled'),
  suppressed: say('因本人意愿或状况不再发送', 'is not sent, as the resident wishes or stands'),
  expired: say('已过有效期', 'is past its validity'),
};

function notToRetry(status: keyof typeof standings): NoticeOrderAnswer {
  const { zh, en } = standings[status];
  return refuse(
    'NotFailed',
    `这条消息${zh}；只有失败的或是否送达不明的才可重发。`,
    `The message ${en}; only one that failed, or that may not have arrived, can be sent again.`,
  );
}

function whyNotCancel({ status }: Standing, { reason }: NoticeOrder): NoticeOrderAnswer | undefined {
  if (reason === undefined) return refuse('ReasonRequired', '请写明取消的原因。', 'Say why it is cancelled.');
  switch (status) {
    case 'queued':
    case 'held':
      return undefined;
    case 'sending':
      return refuse(
        'BeingSent',
        '这条消息此刻正在发送，可能已交给网关，不能再撤回；稍后可查看结果。',
        'This message is being sent at this moment, and the gateway may have it: it cannot be taken back. Look again shortly for what became of it.',
      );
    case 'failed':
    case 'unknown':
      return refuse(
        'NothingWaits',
        '这条消息不会再自动发送，没有可取消的。',
        'Nothing of this message waits to leave: there is nothing to cancel.',
      );
    default: {
      const { zh, en } = standings[status];
      return refuse(
        'NothingWaits',
        `这条消息${zh}，没有可取消的。`,
        `The message ${en}: there is nothing to cancel.`,
      );
    }
  }
}

/** @returns the keys of the notices that a message carries or carried, within the caller's reach */
export async function noticesOfMessage(
  deps: Pick<StoreDeps, 'pool'>,
  caller: Caller,
  message: string,
): Promise<string[]> {
  const found = await rows<{ key: string }>(
    deps.pool,
    '',
    `select n.key from (select notice_key from message_notice where message_id = $1::uuid
       union select notice_key from notice_action where $1::uuid = any(messages)) as carried
     join notice n on n.key = carried.notice_key join journey j on j.id = n.journey_id
     where j.${scopeColumn(caller)} = $2::uuid order by n.queued_at, n.key`,
    [message, caller.organisation],
  );
  return found.map(({ key }) => key);
}
