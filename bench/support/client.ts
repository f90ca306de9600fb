import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import type { District } from './district.ts';

export interface CommandAnswer {
  readonly journey: string;
  readonly nextDeadlineAt: string | null;
}

/** One office's worth of staff at their screens: authenticated requests over kept connections. */
export class ApiClient {
  readonly #agent: Agent;
  readonly #url: URL;
  readonly #token: string;

  private constructor(url: string, token: string, connections: number) {
    this.#url = new URL(url);
    this.#token = token;
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  static async open({ system, token }: District, connections: number): Promise<ApiClient> {
    return new ApiClient(system.url, await token(), connections);
  }

  /** @returns the answer's body @throws Error with it when the API does not take the command */
  post(path: string, body: object): Promise<CommandAnswer> {
    const text = JSON.stringify(body);
    const headers = {
      authorization: `Bearer ${this.#token}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
      'idempotency-key': randomUUID(),
    };
    const { hostname, port } = this.#url;
    return new Promise((done, failed) => {
      const sent = request(
        { agent: this.#agent, hostname, port, path: `/api/v1${path}`, method: 'POST', headers },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', failed);
          response.on('end', () => {
            const answer = Buffer.concat(chunks).toString();
            if ((response.statusCode ?? 500) < 300) done(JSON.parse(answer) as CommandAnswer);
            else failed(new Error(`${path} ${text}: ${response.statusCode} ${answer.slice(0, 300)}`));
          });
        },
      );
      sent.on('error', failed);
      sent.end(text);
    });
  }

  enrol(resident: string, stage?: string): Promise<CommandAnswer> {
    return this.post('/journeys', { resident, pathway: 'lung', ...(stage !== undefined && { stage }) });
  }

  command(journey: string, command: object): Promise<CommandAnswer> {
    return this.post(`/journeys/${journey}/commands`, command);
  }

  close(): void {
    this.#agent.destroy();
  }
}
