// Several calls of one tick, through the links that batch them, and what only the stream does.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BATCHING_LINKS, WIRES, connect, rejection, rejections } from './links.mjs';

for (const wire of WIRES) {
  for (const link of BATCHING_LINKS) {
    const streams = link === 'httpBatchStreamLink';

    describe(`${wire.name} ${link}`, () => {
      test('B01 one request, in order', async () => {
        const { client, requests } = connect(wire, link);
        const names = ['a', 'b', 'c'];
        const answers = await Promise.all(names.map((name) => client.greet.query({ name })));
        assert.deepEqual(answers.map((answer) => answer.greeting), ['hello a', 'hello b', 'hello c']);
        assert.equal(requests.length, 1);
        assert.equal(requests[0].status, 200);
      });

      test('B02 each call has its own result or error', async () => {
        const { client, requests } = connect(wire, link);
        const failing = [client.whoami.query(), client.nope.query(), client.greet.query({ name: '' })];
        const [pong, errors] = await Promise.all([client.ping.query(), rejections(wire, failing)]);
        assert.equal(pong, 'pong');
        assert.deepEqual(
          errors.map((error) => [error.data.code, error.data.path]),
          [['UNAUTHORIZED', 'whoami'], ['NOT_FOUND', 'nope'], ['BAD_REQUEST', 'greet']],
        );
        assert.equal(requests.length, 1);
        assert.equal(requests[0].status, streams ? 200 : 207);
      });

      test('B03 equal errors have their common status', async () => {
        const { client, requests } = connect(wire, link);
        await rejections(wire, [client.whoami.query(), client.whoami.query()]);
        assert.equal(requests[0].status, streams ? 200 : 401);
      });

      test('B04 two mutations', async () => {
        const { client, requests } = connect(wire, link);
        const answers = await Promise.all([client.void.mutate(), client.echoMutation.mutate({ a: 1 })]);
        assert.deepEqual(answers, [undefined, { a: 1 }]);
        assert.equal(requests.length, 1);
      });

      test('B05 a query and a mutation of one tick are two requests', async () => {
        const { client, requests } = connect(wire, link);
        const answers = await Promise.all([client.ping.query(), client.echoMutation.mutate([1])]);
        assert.deepEqual(answers, ['pong', [1]]);
        assert.deepEqual(requests.map((request) => request.method).sort(), ['GET', 'POST']);
      });

      test('B06 forty calls', async () => {
        const { client, requests } = connect(wire, link);
        const numbers = Array.from({ length: 40 }, (_, index) => ({ index }));
        assert.deepEqual(await Promise.all(numbers.map((number) => client.echo.query(number))), numbers);
        assert.equal(requests.length, 1);
      });

      test('B07 dates stay with their call', async () => {
        const { client } = connect(wire, link);
        const dates = [0, 1_000, 2_000].map((ms) => new Date(ms));
        const answers = await Promise.all(dates.map((at) => client.dates.mutate({ at, list: [] })));
        assert.deepEqual(answers.map((answer) => new Date(answer.at)), dates);
        assert.equal(answers.every((answer) => answer.at instanceof Date), Boolean(wire.transformer));
      });

      test('B08 the calls run side by side', async () => {
        const { client, requests } = connect(wire, link);
        // Neither of the two returns before the other is there.
        const key = `${wire.name} ${link} meet`;
        const answers = await Promise.all([client.meet.query({ key }), client.meet.query({ key })]);
        assert.deepEqual(answers, ['met', 'met']);
        assert.equal(requests.length, 1);
      });

      test('S02 a failure of the whole request reaches every call', async () => {
        const { client, requests } = connect(wire, link);
        const calls = Array.from({ length: 70 }, () => client.ping.query());
        const errors = await rejections(wire, calls);
        assert.ok(errors.every((error) => error.message === 'Batch call exceeds maximum size'));
        assert.equal(requests[0].status, streams ? 200 : 400);
      });

      test('S05 caches are told what the answer depends on', async () => {
        const { client, requests } = connect(wire, link);
        await client.ping.query();
        assert.equal(requests[0].headers.get('vary'), 'trpc-accept, accept');
        assert.equal(requests[0].headers.get('content-type'), 'application/json');
      });
    });
  }

  describe(`${wire.name} stream`, () => {
    test('S03 a call that has ended is not held up by one that has not', async () => {
      const { client, requests } = connect(wire, 'httpBatchStreamLink');
      const key = `${wire.name} slow`;
      const slow = client.wait.query({ key });
      assert.equal(await client.ping.query(), 'pong');
      assert.equal(requests.length, 1);
      await client.open.mutate({ key });
      assert.equal(await slow, 'opened');
    });

    test('B04 mutations with cookies, in lines', async () => {
      const { client, requests } = connect(wire, 'httpBatchStreamLink');
      await Promise.all([client.signIn.mutate(), client.void.mutate()]);
      assert.equal(requests.length, 1);
      assert.equal(requests[0].headers.getSetCookie().length, 2);
    });
  });

  if (wire.name.startsWith('11.25')) {
    test(`${wire.name} S04 lines are asked for by accept`, async () => {
      const { client } = connect(wire, 'httpBatchStreamLink', { streamHeader: 'accept' });
      assert.deepEqual(await Promise.all([client.ping.query(), client.echo.query([1])]), ['pong', [1]]);
    });

    test(`${wire.name} methods are not overridden`, async () => {
      const { client } = connect(wire, 'httpLink', { methodOverride: 'POST' });
      assert.equal((await rejection(wire, client.ping.query())).data.code, 'METHOD_NOT_SUPPORTED');
    });
  }
}
