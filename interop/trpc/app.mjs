// The official clients against the whole backend: one mount serves them with superjson and without.
// The backend is a developer's, whose one user anybody on this machine is.

import assert from 'node:assert/strict';
import test from 'node:test';
import { LINKS, WIRES, connect, rejection } from './links.mjs';

for (const { name, ...rest } of WIRES) {
  const wire = { ...rest, mount: '/api/trpc' };
  for (const link of LINKS) {
    test(`${name}, ${link}`, () => interview(wire, link, `${name} ${link}`));
  }
}

async function interview(wire, link, key) {
  const headers = {};
  const { client, requests } = connect(wire, link, { headers: () => headers });
  const dated = wire.transformer ? (value) => value instanceof Date : (value) => typeof value === 'string';

  assert.equal((await client.config.get.query()).interviewer, 'STAND_IN');
  assert.equal((await rejection(wire, client.user.me.query())).data.code, 'UNAUTHORIZED');

  const user = await client.auth.signInLocal.mutate();
  headers.cookie = requests.at(-1).headers.get('set-cookie').split(';')[0];
  const created = await client.interview.create.mutate({ idempotencyKey: key, role: 'Cook', durationMinutes: 5 });
  assert.ok(dated(created.createdAt), `createdAt is ${created.createdAt}`);

  const [me, list, details] = await Promise.all([
    client.user.me.query(),
    client.interview.list.query(),
    client.interview.get.query({ id: created.id }),
  ]);
  assert.deepEqual(me, user);
  assert.deepEqual(list.items[0], created);
  assert.deepEqual([details.id, details.transcript], [created.id, []]);

  const refused = await rejection(wire, client.interview.create.mutate({ role: 5 }));
  assert.deepEqual(Object.keys(refused.data.zodError.fieldErrors), ['idempotencyKey', 'role', 'durationMinutes']);

  const { token } = await client.interview.generateWorkerToken.mutate({ interviewId: created.id });
  assert.equal(JSON.parse(Buffer.from(token.split('.')[1], 'base64url')).interviewId, created.id);

  await client.interview.delete.mutate({ id: created.id });
  assert.equal((await rejection(wire, client.interview.get.query({ id: created.id }))).data.code, 'NOT_FOUND');
  await client.auth.signOut.mutate();
  assert.equal((await rejection(wire, client.user.me.query())).data.code, 'UNAUTHORIZED');
}
