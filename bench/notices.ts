import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTokenBucket } from '../activities/dispatch/token-bucket.ts';
import type { OutgoingMessage } from '../messaging/port.ts';
import { createSmsWebhookProvider } from '../messaging/sms/webhook-provider.ts';
import { startDistrict, type District } from './support/district.ts';
import type { DispatchProcess, MemoryAnswer } from './support/dispatch-process.ts';
import type { Figure, Row } from './support/figure.ts';
import { forked, type Forked } from './support/forked.ts';
import type { GatewayProcess } from './support/gateway-process.ts';
import { inviteLater, makeDaytime, releaseInvitations } from './support/invitations.ts';
import { cpuOf, useOfPrograms } from './support/processes.ts';
import { median, spread } from './support/statistics.ts';
import { short } from './support/table.ts';

const wholeCount = 160_000;
const partCount = 8_000;
/** What both sides are set to. */
const perSecond = 200;
/** What the gateway takes in a second before it refuses: an operator leaves it a tenth. */
const gatewayTakes = 220;
const concurrency = 16;
const rounds = 2;
/** Without a limit: rounds of this part of the whole. */
const freeRounds = 3;
const freePart = 1 / 8;
const secret = 'a secret of sixteen characters';
const anyRate = 100_000;

interface Gateway {
  readonly url: string;
  readonly controlUrl: string;
}

interface Bench {
  readonly district: District;
  readonly gateway: Forked<Gateway>;
  /** Messages that the gateway was given so far, each once. */
  taken: number;
}

/** Tells the gateway how many it is to take in a second. */
async function limitTo({ gateway }: Bench, limit: number | null): Promise<void> {
  await fetch(gateway.said.controlUrl, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ perSecond: limit }),
  });
}

/** @returns how many different messages the gateway has sent */
async function sentBy({ gateway }: Bench): Promise<number> {
  const answer = (await (await fetch(gateway.said.controlUrl)).json()) as { sent: number };
  return answer.sent;
}

const invitation = (): OutgoingMessage => ({
  ...{ id: randomUUID(), channel: 'sms', to: '+8619900000001', locale: 'zh', subject: '' },
  text: '您好，一号中心邀请您在2026-12-07前参加一项健康评估，约十分钟。请点此答复：https://yilu.example.org/r/abcdefghijkABCDEFGHIJ 详询—。',
  template: {
    name: 'invitation',
    parameters: { place: '一号中心', dueDate: '2026-12-07', link: 'abcdefghijkABCDEFGHIJ', phone: '—' },
  },
});

/** What any sender must do at the least: one signed request a message. @returns seconds */
async function bareLoop(bench: Bench, count: number, rate: number): Promise<number> {
  const { url } = bench.gateway.said;
  const provider = createSmsWebhookProvider({ url, secret, idempotent: true, perSecond: rate, concurrency });
  const bucket = createTokenBucket(rate);
  const never = new AbortController().signal;
  let left = count;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (left-- > 0) {
        const message = invitation();
        for (;;) {
          await bucket.take(never);
          const sent = await provider.send(message, never);
          if (sent.status === 'accepted') break;
          await sleep(sent.status === 'later' ? (sent.retryAfterMs ?? 100) : 100);
        }
      }
    }),
  );
  bench.taken += count;
  return (performance.now() - began) / 1_000;
}

/** Lets this many invitations be due, and waits until all are sent and that is written down. @returns seconds */
async function dispatched(
  bench: Bench,
  count: number,
  at?: (done: number) => Promise<void>,
): Promise<number> {
  const { district } = bench;
  await releaseInvitations(district.store, count);
  const began = performance.now();
  const wanted = bench.taken + count;
  for (let sent = bench.taken; sent < wanted; await sleep(50)) {
    sent = await sentBy(bench);
    await at?.(sent - bench.taken);
  }
  for (;;) {
    const { rows } = await district.store.pool.query(
      `select 1 from message where status in ('claimed', 'sending') or status = 'queued' limit 1`,
    );
    if (rows.length === 0) break;
    await sleep(20);
  }
  bench.taken += count;
  return (performance.now() - began) / 1_000;
}

type Cpu = Readonly<Record<'sender' | 'postgres' | 'temporal' | 'gateway', number>>;
const parts = ['sender', 'postgres', 'temporal', 'gateway'] as const;

/** @returns CPU seconds so far; of the sender, that is this process while it runs the bare loop */
function cpuNow({ gateway }: Bench, dispatch?: Forked<unknown>): Cpu {
  const programs = useOfPrograms();
  const { user, system } = process.cpuUsage();
  return {
    sender: dispatch ? (cpuOf(dispatch.pid) ?? Number.NaN) : (user + system) / 1e6,
    postgres: programs?.postgres.cpu ?? Number.NaN,
    temporal: programs?.temporal.cpu ?? Number.NaN,
    gateway: cpuOf(gateway.pid) ?? Number.NaN,
  };
}

/** Seconds of rounds that were run in turns, and what they cost. */
interface Measured {
  readonly bare: number[];
  readonly ours: number[];
  /** CPU milliseconds a message. */
  readonly bareCpu: Cpu[];
  readonly oursCpu: Cpu[];
}

async function inTurns(
  bench: Bench,
  dispatch: Forked<unknown>,
  given: {
    readonly times: number;
    readonly count: number;
    readonly rate: number;
    readonly at?: (done: number) => Promise<void>;
    readonly progress: (text: string) => void;
  },
): Promise<Measured> {
  const { times, count, rate, at, progress } = given;
  const measured: Measured = { bare: [], ours: [], bareCpu: [], oursCpu: [] };
  const costing = async (list: Cpu[], by: Forked<unknown> | undefined, run: () => Promise<number>) => {
    const before = cpuNow(bench, by);
    const seconds = await run();
    const after = cpuNow(bench, by);
    const cost = (part: keyof Cpu): number => ((after[part] - before[part]) * 1_000) / count;
    list.push({
      sender: cost('sender'),
      postgres: cost('postgres'),
      temporal: cost('temporal'),
      gateway: cost('gateway'),
    });
    return seconds;
  };
  for (let round = 1; round <= times; round++) {
    const bare = await costing(measured.bareCpu, undefined, () => bareLoop(bench, count, rate));
    const ours = await costing(measured.oursCpu, dispatch, () =>
      dispatched(bench, count, async (done) => at?.((round - 1) * count + done)),
    );
    measured.bare.push(bare);
    measured.ours.push(ours);
    progress(`round ${round} of ${times}: bare ${short(count / bare)}/s, dispatch ${short(count / ours)}/s`);
  }
  return measured;
}

const ratiosOf = ({ bare, ours }: Measured): number[] =>
  ours.map((seconds, i) => seconds / (bare[i] ?? Number.NaN));

const costOf = (list: readonly Cpu[]): string =>
  parts.map((part) => `${part} ${short(median(list.map((one) => one[part])))}`).join(', ');

/** Every message exactly once, and nothing left in between. @throws Error with what is not so */
async function checkAll({ district, taken, ...bench }: Bench, bareOnes: number): Promise<void> {
  const { rows } = await district.store.pool.query<{ status: string; count: number }>(
    'select status, count(*)::int as count from message group by 1',
  );
  const ours = taken - bareOnes;
  const [only] = rows;
  if (rows.length !== 1 || only?.status !== 'sent' || only.count !== ours)
    throw new Error(`not all of ${ours} messages were sent: ${JSON.stringify(rows)}`);
  const sent = await sentBy({ district, taken, ...bench });
  if (sent !== taken) throw new Error(`the gateway has sent ${sent} of ${taken} messages`);
}

/** Invitations sent through the local gateway, beside the least that any sender must do. */
export const notices: Figure = {
  name: 'notices',
  async run({ full, progress }) {
    const count = full ? wholeCount : partCount;
    const freeCount = Math.round(count * freePart);
    progress('starting PostgreSQL, Temporal and the gateway');
    const district = await startDistrict([]);
    const opened: Forked<unknown>[] = [];
    try {
      const gateway = await forked<Gateway>('gateway-process.ts', {
        ...{ secret, behaviour: {} },
      } satisfies GatewayProcess);
      opened.push(gateway);
      const bench: Bench = { district, gateway, taken: 0 };
      const dispatchAt = async (rate: number): Promise<Forked<unknown>> => {
        const { databaseUrl, environment } = district.system;
        const given: DispatchProcess = {
          databaseUrl,
          temporalAddress: environment['TEMPORAL_ADDRESS'] ?? '',
          sms: { url: gateway.said.url, secret, idempotent: true, perSecond: rate, concurrency },
        };
        const dispatch = await forked('dispatch-process.ts', given);
        opened.push(dispatch);
        return dispatch;
      };
      await makeDaytime(district);
      await inviteLater(district, count + (freeRounds + 1) * freeCount, progress);

      const free = await dispatchAt(anyRate);
      await inTurns(bench, free, { times: 1, count: freeCount, rate: anyRate, progress });
      const unlimited = await inTurns(bench, free, {
        ...{ times: freeRounds, count: freeCount, rate: anyRate, progress },
      });
      await free.stop();

      await limitTo(bench, gatewayTakes);
      const limited = await dispatchAt(perSecond);
      const memory: MemoryAnswer[] = [];
      const atRate = await inTurns(bench, limited, {
        ...{ times: rounds, count: count / rounds, rate: perSecond, progress },
        async at(done) {
          if (done >= count * ([1 / 4, 1 / 2, 1][memory.length] ?? Infinity))
            memory.push(await limited.ask<MemoryAnswer>('memory'));
        },
      });
      await checkAll(bench, count + (freeRounds + 1) * freeCount);

      const size = `${short(count)} invitations${full ? '' : `; --full runs ${short(wholeCount)}`}`;
      const [, half, end] = memory.map(({ residentBytes }) => residentBytes / 2 ** 20);
      const rows: Row[] = [
        {
          figure: 'invitations at the rate of the gateway: seconds, times those of a bare loop of posts',
          measured: spread(ratiosOf(atRate)),
          limit: { kind: 'atMost', value: 1.1 },
          value: median(ratiosOf(atRate)),
          note: `${size}, in ${rounds} rounds; ${perSecond}/s (the gateway refuses more than ${gatewayTakes}), ${concurrency} at once; from the commit that makes them due until all are written down as sent`,
        },
        {
          figure: '… without any limit of the rate',
          measured: spread(ratiosOf(unlimited)),
          note: `${short(median(unlimited.ours.map((s) => freeCount / s)))}/s beside ${short(median(unlimited.bare.map((s) => freeCount / s)))}/s`,
        },
        {
          figure: 'CPU milliseconds a message, dispatch at that rate',
          measured: costOf(atRate.oursCpu),
        },
        { figure: '… bare loop', measured: costOf(atRate.bareCpu) },
        {
          figure: 'CPU milliseconds a message, dispatch without a limit',
          measured: costOf(unlimited.oursCpu),
        },
        { figure: '… bare loop', measured: costOf(unlimited.bareCpu) },
        {
          figure: 'memory of the dispatch: end to half of the way',
          measured: `${memory.map((one) => short(one.residentBytes / 2 ** 20)).join(' / ')} MB`,
          limit: { kind: 'atMost', value: 1.1 },
          value: (end ?? Number.NaN) / (half ?? Number.NaN),
          note: `resident, after a collection, at a quarter, the half and the end; of that heap ${memory.map((one) => short(one.heapBytes / 2 ** 20)).join(' / ')} MB`,
        },
      ];
      return rows;
    } finally {
      for (const one of opened) await one.stop();
      await district.stop();
    }
  },
};
