// Every way the official clients can talk to a router: versions, links, with superjson and without.

import * as current from '@trpc/client';
import * as oldest from 'oldest-client';
import superjson from 'superjson';

const origin = process.env.TRPC_URL;
if (!origin) {
  throw new Error('TRPC_URL must hold the server\'s address, for instance http://127.0.0.1:3000');
}

export const LINKS = ['httpLink', 'httpBatchLink', 'httpBatchStreamLink'];
export const BATCHING_LINKS = LINKS.slice(1);

// One entry per combination of a client and a mount of the server.
export const WIRES = [
  { name: '11.25 superjson', library: current, mount: '/api/trpc', transformer: superjson },
  { name: '11.25 plain', library: current, mount: '/api/plain', transformer: undefined },
  { name: '11.0 superjson', library: oldest, mount: '/api/trpc', transformer: superjson },
  { name: '11.0 plain', library: oldest, mount: '/api/plain', transformer: undefined },
];

// Returns a client, and the HTTP requests it has made so far as `{ method, path, status, headers }`.
export function connect(wire, link, { headers = {}, ...options } = {}) {
  const requests = [];
  const recordingFetch = async (url, init) => {
    const { pathname, search } = new URL(url);
    const record = { method: init.method, path: pathname + search, status: undefined, headers: undefined };
    requests.push(record);
    const response = await fetch(url, init);
    Object.assign(record, { status: response.status, headers: response.headers });
    return response;
  };
  const client = wire.library.createTRPCClient({
    links: [
      wire.library[link]({
        url: origin + wire.mount,
        transformer: wire.transformer,
        headers,
        fetch: recordingFetch,
        ...options,
      }),
    ],
  });
  return { client, requests };
}

// Returns the error a call rejects with, which must be the client's own.
export async function rejection(wire, call) {
  try {
    await call;
  } catch (error) {
    if (error instanceof wire.library.TRPCClientError) {
      return error;
    }
    throw error;
  }
  throw new Error('the call did not fail');
}

// The same for several calls at once.
export function rejections(wire, calls) {
  return Promise.all(calls.map((call) => rejection(wire, call)));
}
