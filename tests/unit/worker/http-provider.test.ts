import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createHttpProvider } from '../../../activities/http-provider.ts';
import { OutcomeUnknown } from '../../../activities/provider.ts';
import { asWorkId } from '../../../domain/model/ids.ts';

let server: Server;
let url: string;
let answer: { status: number; body: string };
beforeAll(async () => {
  server = createServer((_request, response) => {
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const work = asWorkId('journey/book-ct#1/1');
const told = (status: number, body: unknown) => {
  answer = { status, body: typeof body === 'string' ? body : JSON.stringify(body) };
  return createHttpProvider({ url }).start(work, {});
};

it('takes an answer within bounds', async () => {
  const appointmentAt = Date.UTC(2026, 5, 1);
  expect(await told(200, { outcome: 'booked', appointmentAt, more: 1 })).toEqual({
    status: 'done',
    outcome: 'booked',
    appointmentAt,
  });
});

it.each([
  { appointmentAt: 9_000_000_000_000_000 },
  { appointmentAt: Date.UTC(1899, 11, 31) },
  { outcome: 'boo\u0000ked' },
  { outcome: 'x'.repeat(101) },
  { facts: { note: '\ud800' } },
  { facts: { note: 'x'.repeat(4_001) } },
  [],
])('leaves an answer that cannot be to a person, and does not ask again: %j', async (body) => {
  expect(await told(200, body)).toMatchObject({ status: 'impossible' });
});

it('asks again when an answer was cut off', async () => {
  await expect(told(200, '{"outcome":')).rejects.toBeInstanceOf(OutcomeUnknown);
});

it('keeps of a refusal what can be stored', async () => {
  expect(await told(422, { reason: `无\u0000号${'x'.repeat(3_000)}` })).toEqual({
    status: 'refused',
    reason: `无号${'x'.repeat(1_998)}`,
  });
});
