import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Starts a real HTTP server that hands each request, read whole, to `answer`. */
export async function startHttpServer(
  answer: (asked: Asked, response: ServerResponse) => void,
): Promise<{ url: string; asked: Asked[]; stop(): Promise<void> }> {
  const all: Asked[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => (body += part));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://localhost');
      const asked = { method: request.method ?? '', url, headers: request.headers, body };
      all.push(asked);
      answer(asked, response);
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: all,
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/** The address of a port on which nobody listens. */
export async function nobodyThere(): Promise<string> {
  const server = await startHttpServer(() => undefined);
  await server.stop();
  return server.url;
}
