// What zod says about inputs that do not fit: the golden file of crates/trpc/tests/zod_issues.rs.
// `npm run golden` writes it. The schemas are the same there, by name.

import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';

export const GOLDEN = new URL('../../crates/trpc/testdata/zod-issues.json', import.meta.url);

const schemas = {
  text: z.object({ text: z.string().trim().min(2).max(5) }),
  optional: z.object({ text: z.string().max(3).optional(), nullish: z.string().max(3).nullish() }),
  email: z.object({ email: z.string().trim().toLowerCase().email().max(12) }),
  number: z.object({ number: z.number().int().min(1).max(120) }),
  flag: z.object({ flag: z.boolean() }),
  word: z.object({ word: z.enum(['ONE', 'TWO']) }),
  only: z.object({ word: z.enum(['ONE']) }),
  list: z.object({ list: z.array(z.string().min(1)).min(2).max(3) }),
  nested: z.object({
    name: z.string(),
    inner: z.object({ items: z.array(z.object({ id: z.string(), count: z.number().int() })) }),
  }),
  checked: z.object({ code: z.string().min(3).refine((code) => code.startsWith('a'), 'must start with a') }),
  date: z.object({ at: z.date() }),
};

// `undefined` stands for an input that is missing, and is left out of the file.
const inputs = {
  text: [undefined, null, [], 'x', {}, { text: 5 }, { text: null }, { text: ' a ' }, { text: 'abcdef' },
    { text: '\u{1f600}' }, { text: 'ok', more: 1 }],
  optional: [{}, { text: null }, { text: 'long' }, { nullish: null }, { nullish: 'long' }, { text: true, nullish: [] }],
  email: [{}, { email: 'x' }, { email: ' A@B.CO ' }, { email: 'someone-without-a-domain' }, { email: 'someone@example.org' },
    { email: 'a..b@c.de' }],
  number: [{}, { number: 0 }, { number: 121 }, { number: 1.5 }, { number: '1' }, { number: 5.0 }, { number: 2 ** 53 },
    { number: -(2 ** 53) }, { number: 1e300 }, { number: null }],
  flag: [{}, { flag: 'true' }, { flag: 0 }, { flag: null }, { flag: true }],
  word: [{}, { word: 'one' }, { word: 1 }, { word: null }, { word: 'TWO' }],
  only: [{}, { word: 'x' }],
  // Not a text for the list: zod then goes on to measure the text, which we do not copy.
  list: [{}, { list: 5 }, { list: [] }, { list: ['a'] }, { list: [1] }, { list: ['a', '', 3] }, { list: [1, 2, 3, 4] },
    { list: { 0: 'a' } }],
  nested: [{}, { name: 1, inner: {} }, { name: 'x', inner: { items: [{ id: 1, count: 'x' }, 5, {}, { id: 'x', count: 0.5 }] } },
    { inner: null }],
  checked: [{}, { code: 'b' }, { code: 'bcd' }, { code: 5 }, { code: 'abc' }],
  date: [{}, { at: null }, { at: 'x' }, { at: true }, { at: [] }, { at: {} }],
};

export function golden() {
  const cases = Object.entries(inputs).flatMap(([schema, values]) =>
    values.map((input) => {
      const { error } = schemas[schema].safeParse(input);
      return { schema, input, issues: error?.issues ?? [], flat: error ? z.flattenError(error) : null };
    }),
  );
  return `[\n${cases.map((entry) => JSON.stringify(entry)).join(',\n')}\n]\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(GOLDEN, golden());
}
