import { randomUUID } from 'node:crypto';

interface Call {
  readonly key: string;
  readonly path: string;
  readonly body: object;
  readonly journey: string;
}

interface Answer {
  readonly status: number;
  readonly body: {
    event?: string;
    seq?: number;
    openSteps?: { step: string; status: string }[];
    code?: string;
  };
}

const sleep = (ms: number): Promise<void> => new Promise((go) => setTimeout(go, ms));

/** What a step of the crash pathway may be answered with. */
const outcomeOf: Readonly<Record<string, string>> = { call: 'done', book: 'attended', check: 'assessed' };

/**
 * Staff at work while processes die: commands and outside facts over HTTP, each under a key of its own, at random
 * journeys. What was not acknowledged is remembered, and sent again with the same key and body.
 */
export class CommandLoad {
  /** Event ids that were acknowledged, in the order of their answers. */
  readonly acknowledged: { readonly event: string; readonly key: string; readonly seq: number }[] = [];
  /** Outside facts that were acknowledged: `source/id`. */
  readonly facts: string[] = [];
  readonly unacknowledged: Call[] = [];
  readonly refusals = new Map<string, number>();
  failures = 0;
  #open = new Map<string, string[]>();
  #stopped = false;
  #workers: Promise<void>[] = [];
  readonly #url: string;
  readonly #token: () => Promise<string>;

  constructor(url: string, token: () => Promise<string>, journeys: readonly string[]) {
    this.#url = url;
    this.#token = token;
    for (const journey of journeys) this.#open.set(journey, ['call#1', 'check#1']);
  }

  begin(concurrency: number): void {
    for (let i = 0; i < concurrency; i++) this.#workers.push(this.#work());
  }

  async end(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#workers);
  }

  /** Sends again what was never acknowledged. @returns how many were then acknowledged or refused */
  async retryAll(): Promise<number> {
    const again = this.unacknowledged.splice(0);
    for (const call of again) await this.#send(call);
    return again.length - this.unacknowledged.length;
  }

  /** Sends a command that was acknowledged once more. */
  async again(key: string): Promise<Answer> {
    const call = this.#sent.get(key);
    if (!call) throw new Error(`no command ${key}`);
    return this.#post(call);
  }

  readonly #sent = new Map<string, Call>();

  async #work(): Promise<void> {
    const journeys = [...this.#open.keys()];
    while (!this.#stopped) {
      const journey = journeys[Math.floor(Math.random() * journeys.length)] as string;
      await this.#send(Math.random() < 0.2 ? this.#fact(journey) : this.#command(journey));
      await sleep(20 + Math.random() * 60);
    }
  }

  #command(journey: string): Call {
    const open = this.#open.get(journey) ?? [];
    const step = open[Math.floor(Math.random() * open.length)] ?? 'call#1';
    const outcome = outcomeOf[step.slice(0, step.indexOf('#'))] ?? 'done';
    const path = `/api/v1/journeys/${journey}/commands`;
    return { key: randomUUID(), path, journey, body: { kind: 'recordOutcome', step, outcome } };
  }

  #fact(journey: string): Call {
    const id = randomUUID();
    const fact = { kind: 'correctFacts', facts: { note: `note ${id}` }, reason: 'from the laboratory' };
    return { key: id, path: '/api/v1/inbox', journey, body: { source: 'laboratory', id, journey, fact } };
  }

  async #send(call: Call): Promise<void> {
    this.#sent.set(call.key, call);
    let answer: Answer;
    try {
      answer = await this.#post(call);
    } catch {
      this.failures += 1;
      this.unacknowledged.push(call);
      await sleep(200);
      return;
    }
    if (answer.status >= 500) {
      this.failures += 1;
      this.unacknowledged.push(call);
      await sleep(200);
    } else if (answer.status >= 400) {
      const code = answer.body.code ?? String(answer.status);
      this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
      await this.#refresh(call.journey);
    } else if (answer.body.event !== undefined) {
      this.acknowledged.push({ event: answer.body.event, key: call.key, seq: answer.body.seq ?? -1 });
      this.#open.set(
        call.journey,
        (answer.body.openSteps ?? []).filter(({ status }) => status === 'open').map(({ step }) => step),
      );
    } else this.facts.push(`laboratory/${call.key}`);
  }

  async #refresh(journey: string): Promise<void> {
    try {
      const answer = await this.#fetch(`/api/v1/journeys/${journey}`, {});
      const { openSteps } = (await answer.json()) as { openSteps?: { step: string; status: string }[] };
      if (openSteps)
        this.#open.set(
          journey,
          openSteps.filter(({ status }) => status === 'open').map(({ step }) => step),
        );
    } catch {
      // The API is away just now; the next answer tells.
    }
  }

  async #post({ key, path, body }: Call): Promise<Answer> {
    const answer = await this.#fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as Answer['body'] };
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    const headers = {
      ...(init.headers as Record<string, string>),
      authorization: `Bearer ${await this.#token()}`,
    };
    return fetch(this.#url + path, { ...init, headers, signal: AbortSignal.timeout(8_000) });
  }
}
