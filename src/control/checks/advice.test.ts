// Each sentence of advice is whole, and the portal can say it in every language.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ADVICE_CODES, advise } from './advice.ts';

test('values stand where they belong, and nothing is left open', () => {
  const { advice, code, values } = advise('mailhost.refused', { host: 'mx.test:25', recipient: 'postmaster@a.test' });
  assert.equal(advice, 'See that mx.test:25 takes mail for postmaster@a.test (RFC 5321 4.5.1) from our addresses.');
  assert.deepEqual([code, values['host']], ['mailhost.refused', 'mx.test:25']);
  assert.equal(
    advise('mx.null', { expected: 'a {host} b' }).advice.includes('{host}'),
    true,
    'values are not filled in',
  );
});

test('the portal has words for each of them, in every language', () => {
  for (const language of ['en', 'de', 'fr']) {
    const file = new URL(`../../../portal/src/words/${language}/joining.json`, import.meta.url);
    const { advice } = JSON.parse(readFileSync(file, 'utf8')) as { advice: Record<string, string> };
    const missing = ADVICE_CODES.filter((code) => advice[code.replaceAll('.', '_')] === undefined);
    assert.deepEqual(missing, [], language);
  }
});
