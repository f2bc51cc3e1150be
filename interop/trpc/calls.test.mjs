// One call at a time, through each link: values, dates, errors, sessions.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LINKS, WIRES, connect, rejection, rejections } from './links.mjs';

const SESSION = { cookie: 'session=ok' };
const AT = new Date('2026-01-02T03:04:05.678Z');

// Name, JSON-RPC number, HTTP status.
const CODES = [
  ['PARSE_ERROR', -32700, 400],
  ['BAD_REQUEST', -32600, 400],
  ['UNAUTHORIZED', -32001, 401],
  ['PAYMENT_REQUIRED', -32002, 402],
  ['FORBIDDEN', -32003, 403],
  ['NOT_FOUND', -32004, 404],
  ['METHOD_NOT_SUPPORTED', -32005, 405],
  ['TIMEOUT', -32008, 408],
  ['CONFLICT', -32009, 409],
  ['PRECONDITION_FAILED', -32012, 412],
  ['PAYLOAD_TOO_LARGE', -32013, 413],
  ['UNSUPPORTED_MEDIA_TYPE', -32015, 415],
  ['UNPROCESSABLE_CONTENT', -32022, 422],
  ['PRECONDITION_REQUIRED', -32028, 428],
  ['TOO_MANY_REQUESTS', -32029, 429],
  ['CLIENT_CLOSED_REQUEST', -32099, 499],
  ['INTERNAL_SERVER_ERROR', -32603, 500],
  ['NOT_IMPLEMENTED', -32603, 501],
  ['BAD_GATEWAY', -32603, 502],
  ['SERVICE_UNAVAILABLE', -32603, 503],
  ['GATEWAY_TIMEOUT', -32603, 504],
];

for (const wire of WIRES) {
  for (const link of LINKS) {
    describe(`${wire.name} ${link}`, () => {
      const { client } = connect(wire, link);
      const signedIn = connect(wire, link, { headers: SESSION }).client;

      test('C01 a query without input', async () => {
        assert.equal(await client.ping.query(), 'pong');
      });

      test('C02 reserved and non-ASCII characters in the input of a query', async () => {
        const name = 'Zoë & co? #1 + 50% = "ок" / 名前 😀 \\ \n~!*()\'';
        assert.deepEqual(await client.greet.query({ name }), { greeting: `hello ${name}` });
      });

      test('C03 the input of a mutation', async () => {
        const input = { a: [1, -0.5, 'x', null, true, { deep: [] }], 'b.c\\d': '"' };
        assert.deepEqual(await client.echoMutation.mutate(input), input);
        assert.deepEqual(await client.echo.query(input), input);
      });

      test('C04 neither input nor output', async () => {
        assert.equal(await client.void.mutate(), undefined);
      });

      test('C05 null is not undefined', async () => {
        assert.equal(await client.nothing.query(), null);
      });

      test('C06 dates in and out', async () => {
        const answer = await client.dates.mutate({ at: AT, list: [new Date(0), AT] });
        const out = (date) => (wire.transformer ? date : date.toISOString());
        assert.deepEqual(answer, {
          at: out(AT),
          plusOneSecond: out(new Date(AT.getTime() + 1000)),
          epochMs: AT.getTime(),
          count: 2,
        });
      });

      test('C07 C08 the error of a query and of a mutation arrives whole', async () => {
        const calls = [client.fail.query({ code: 'CONFLICT' }), client.failMutation.mutate({ code: 'CONFLICT' })];
        for (const error of await rejections(wire, calls)) {
          assert.equal(error.message, 'fail: CONFLICT');
          assert.equal(error.shape.code, -32009);
          assert.equal(error.data.code, 'CONFLICT');
          assert.equal(error.data.httpStatus, 409);
          assert.equal(error.data.zodError, null);
        }
      });

      test('C09 C13 an unknown procedure', async () => {
        for (const path of ['nope', 'no.such.path']) {
          const error = await rejection(wire, client[path].query());
          assert.equal(error.data.code, 'NOT_FOUND');
          assert.equal(error.data.path, path);
        }
      });

      test('C10 input that does not fit, and none', async () => {
        const wrong = await rejection(wire, client.greet.query({ name: 5 }));
        assert.equal(wrong.data.code, 'BAD_REQUEST');
        assert.deepEqual(wrong.data.zodError, {
          formErrors: [],
          fieldErrors: { name: ['Invalid input: expected string, received number'] },
        });
        assert.deepEqual(JSON.parse(wrong.message)[0].path, ['name']);
        const missing = await rejection(wire, client.greet.query());
        assert.deepEqual(missing.data.zodError.formErrors, [
          'Invalid input: expected object, received undefined',
        ]);
      });

      test('C11 C12 with a session and without', async () => {
        const error = await rejection(wire, client.whoami.query());
        assert.equal(error.data.code, 'UNAUTHORIZED');
        assert.equal(error.message, 'UNAUTHORIZED');
        assert.deepEqual(await signedIn.whoami.query(), { authenticated: true });
        assert.deepEqual(await signedIn.guarded.mutate({ name: 'Ada' }), { greeting: 'hello Ada' });
      });

      test('C14 a long input in a URL', async () => {
        const name = 'ä'.repeat(1_000) + 'x'.repeat(6_000);
        assert.equal((await client.greet.query({ name })).greeting.length, 'hello '.length + name.length);
      });

      test('C15 an unexpected failure says nothing of its cause', async () => {
        const calls = [client.crash.query(), client.panic.query(), client.panicMutation.mutate()];
        for (const error of await rejections(wire, calls)) {
          assert.equal(error.data.code, 'INTERNAL_SERVER_ERROR');
          assert.equal(error.shape.code, -32603);
          assert.doesNotMatch(JSON.stringify(error.shape), /SECRET-INTERNAL-DETAIL|stack/);
        }
      });

      test('C16 the wrong kind', async () => {
        const errors = await rejections(wire, [client.ping.mutate(), client.void.query()]);
        assert.deepEqual(errors.map((error) => error.data.httpStatus), [405, 405]);
      });

      test('C17 every code with number and status', async () => {
        for (const [name, number, status] of CODES) {
          const error = await rejection(wire, client.fail.query({ code: name }));
          assert.deepEqual(
            [error.data.code, error.shape.code, error.data.httpStatus, error.message],
            [name, number, status, `fail: ${name}`],
          );
        }
      });

      test('a mutation can set a cookie', async () => {
        const { client, requests } = connect(wire, link);
        await client.signIn.mutate();
        assert.deepEqual(requests[0].headers.getSetCookie(), ['session=ok; HttpOnly', 'theme=dark']);
      });

      test('Z01 an aborted call rejects, and the server lives', async () => {
        const key = `${wire.name} ${link} abort`;
        const controller = new AbortController();
        const call = client.effect.mutate({ key }, { signal: controller.signal });
        await client.effectStarted.query({ key });
        controller.abort();
        await rejection(wire, call);
        assert.equal(await client.ping.query(), 'pong');
        // Z02: the abandoned mutation runs to its end, once.
        await client.open.mutate({ key });
        assert.equal(await client.effectDone.query({ key }), 1);
      });
    });
  }
}
