import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { systemClock } from '../../platform/clock.ts';
import { createTestLog } from '../../platform/log.ts';
import type { CustomerId } from '../message.ts';
import type { TraceSight } from './read-messages.ts';
import { deliveredTexts, sampleMeta } from './sample-events.ts';
import { parseTraceQuery } from './trace-query.ts';
import { openTraceReader } from './trace-reader.ts';
import { openTraceWriter } from './trace-writer.ts';

const NOON = Date.parse('2026-11-22T12:00:00Z');
const folder = mkdtempSync(join(tmpdir(), 'easymail-sight-'));

const writer = openTraceWriter({ folder, clock: systemClock, log: createTestLog(), onSetAside: () => assert.fail() });
const of = (n: number, customer: string, subject: string) => {
  const meta = { ...sampleMeta(NOON, n), customer: customer as CustomerId, subject };
  writer.write([{ seq: n, events: deliveredTexts(meta, ['bob@example.org']).join('\n') }], []);
};
of(1, 'acme', 'Salary of Müller');
of(2, 'Acme', 'Salary of nobody');
of(3, 'other', 'example.org');
writer.close();
const reader = openTraceReader(folder);
after(() => {
  reader.close();
  rmSync(folder, { recursive: true });
});

function found(query: string, sight: TraceSight): (string | undefined)[] {
  const parsed = parseTraceQuery(query, NOON);
  assert.ok(parsed.kind === 'query');
  return reader.search(parsed.query, { limit: 10, ...sight }).entries.map(({ customer }) => customer);
}

describe('what a search shows', () => {
  test('of one customer is its own alone, whatever is asked for and whatever the case of its id', () => {
    const acme = { customer: 'acme' as CustomerId };
    for (const query of ['', 'customer:acme', 'to:bob@example.org', 'status:delivered', 'salary', 'since:2020-01-01']) {
      assert.deepEqual(found(query, acme), ['acme'], query);
    }
    for (const query of ['customer:other', 'customer:other customer:acme', 'nobody']) {
      assert.deepEqual(found(query, acme), [], query);
    }
    assert.deepEqual(found('customer:acme', {}), ['Acme', 'acme']);
    assert.deepEqual(found('', { customer: 'ACME' as CustomerId }), []);
  });

  test('to who may not read subjects tells nothing of them, by no word', () => {
    const blind: TraceSight = { subjects: false };
    for (const query of ['salary', 'müller', 'salary of', '"salary of nobody"', 'salary to:bob@example.org']) {
      assert.ok(found(query, {}).length > 0 || query.startsWith('"'), query);
      assert.deepEqual(found(query, blind), [], query);
    }
    // What fits by more than the subject is found.
    assert.deepEqual(found('example.org', blind), ['other', 'Acme', 'acme']);
    const parsed = parseTraceQuery('', NOON);
    assert.ok(parsed.kind === 'query');
    assert.ok(reader.search(parsed.query, { limit: 10, ...blind }).entries.every((entry) => !('subject' in entry)));
  });
});
