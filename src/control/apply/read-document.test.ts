import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { stringify } from 'smol-toml';
import { documentSchema } from './document-schema.ts';
import { readDocument } from './read-document.ts';

const RUNS = Number(process.env['EASYMAIL_FUZZ_RUNS'] ?? 500);
const docs = readFileSync(new URL('../../../docs/apply.md', import.meta.url), 'utf8');

test('the example of docs/apply.md is read', () => {
  const example = /```toml\n(.*?)```/s.exec(docs)?.[1] ?? '';
  const read = readDocument(example);
  assert.ok(read.ok, JSON.stringify(read));
  assert.equal(read.document.customer[0]?.sources[1]?.shared?.kind, 'secret');
});

test('every key is in docs/apply.md', () => {
  for (const table of ['pool', 'customer'] as const) {
    for (const key of Object.keys(documentSchema.shape[table].unwrap().element.shape)) {
      assert.ok(docs.includes(`| \`${key}\` |`), key);
    }
  }
});

test('a network in which half the Internet lies is no source of a customer', () => {
  const read = (network: string) => readDocument(`[[customer]]\nid = "a"\nsources = ["${network}"]\n`);
  for (const network of ['0.0.0.0/0', '32.0.0.0/3', '::/0', '2000::/3']) {
    const refused = read(network);
    assert.ok(!refused.ok && /is wider than/.test(refused.faults[0]?.message ?? ''), network);
  }
  for (const network of ['40.0.0.0/8', '2001::/16', '198.51.100.25']) assert.ok(read(network).ok, network);
});

test('any text is read, or refused with a key and a message', () => {
  const word = fc.constantFrom(
    '[[customer]]',
    '[[pool]]',
    'id = "a"',
    'name = "x"',
    'sources = ["10.0.0.0/8"]',
    '=',
    '"',
    '\n',
    '[',
    'x',
    '{',
    '1',
  );
  const value: fc.Arbitrary<unknown> = fc.oneof(
    fc.string({ maxLength: 10 }),
    fc.integer(),
    fc.boolean(),
    fc.constantFrom('10.0.0.0/8', 'a.test', 'login', 'header:X=y'),
    fc.array(fc.string({ maxLength: 5 }), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('name', 'network', 'shared', 'proof', 'ip'), fc.constantFrom('a.test', true, 1), {
      maxKeys: 3,
    }),
  );
  const keys = ['id', 'name', 'state', 'sources', 'domains', 'grants', 'streams', 'logins', 'mailhosts', 'pools', 'zz'];
  const table = fc.dictionary(fc.constantFrom(...keys), fc.oneof(value, fc.array(value, { maxLength: 3 })), {
    maxKeys: 5,
  });
  const tree = fc.record({ customer: fc.array(table, { maxLength: 3 }), pool: fc.array(table, { maxLength: 2 }) });
  const text = fc.oneof(
    fc.array(word, { maxLength: 20 }).map((words) => words.join(' ')),
    tree.map((one) => writeToml(one)),
  );
  fc.assert(
    fc.property(text, (given) => {
      const read = readDocument(given);
      if (read.ok) return;
      assert.ok(read.faults.length > 0);
      for (const fault of read.faults) assert.ok(fault.key !== '' && fault.message !== '' && (fault.line ?? 1) > 0);
    }),
    { numRuns: RUNS },
  );
});

function writeToml(tree: Record<string, unknown>): string {
  try {
    return stringify(tree);
  } catch {
    // Lists of mixed kinds, which this writer does not know: their JSON is no TOML, and must be refused as well.
    return JSON.stringify(tree);
  }
}
