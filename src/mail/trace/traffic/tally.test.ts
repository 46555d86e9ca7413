import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEvent } from '../read-event.ts';
import { deliveredTexts, sampleMeta } from '../sample-events.ts';
import { NOON } from '../testing/trace-world.ts';
import { Tally } from './tally.ts';

const MESSAGES = 25_000;

test('domains that cannot be written yet are bounded, and their sums stay right', () => {
  const tally = new Tally();
  for (let n = 0; n < MESSAGES; n++) {
    for (const text of deliveredTexts(sampleMeta(NOON, n), [`one@d${n}.example`])) {
      const event = readEvent(text);
      if (event !== undefined) tally.add(event);
    }
  }
  const own = tally.domains((_customer, _at, domain) => domain).filter(({ customer }) => customer !== '');
  assert.equal(own.length, 20_001);
  assert.equal(own.find(({ domain }) => domain === '')?.delivered, MESSAGES - 20_000);
});
