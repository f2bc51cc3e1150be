import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { GOLDEN, golden } from './zod-issues.mjs';

test('the golden file is what zod says (else: npm run golden)', () => {
  assert.equal(readFileSync(GOLDEN, 'utf8'), golden());
});
