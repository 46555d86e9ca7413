import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encode } from 'dns-packet';
import * as fc from 'fast-check';
import { follow, readAnswer } from './answer.ts';
import { type DnsType, encodeQuery, isAskable } from './query.ts';

const runs = Number(process.env['EASYMAIL_FUZZ_RUNS'] ?? 3000);
const types: DnsType[] = ['A', 'AAAA', 'MX', 'TXT', 'PTR'];
const DATA: Record<string, unknown> = {
  A: '192.0.2.1',
  AAAA: '2001:db8::1',
  MX: { preference: 5, exchange: 'mx.test' },
  TXT: ['text'],
  PTR: 'ptr.test',
  CNAME: 'y.test',
};

function valid(type: DnsType, more: string[] = []): Buffer {
  const answers = [...more, type].map((kind) => ({ type: kind, name: 'x.test', ttl: 5, data: DATA[kind] }));
  return encode({ id: 77, type: 'response', flags: 0x8180, questions: [{ name: 'x.test', type }], answers });
}

test('a valid answer is read, whatever else is in it', () => {
  for (const type of types) {
    const read = readAnswer(valid(type, ['CNAME']), 77, { name: 'x.test', type });
    assert.ok(read.kind === 'answer');
    assert.equal(read.records.length, 2);
  }
});

test('any octets, and any damage to a valid answer, give a verdict and never an exception or a foreign answer', () => {
  const question = fc.constantFrom(...types);
  const damage = fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 6 });
  fc.assert(
    fc.property(question, damage, fc.nat(100), (type, changes, cut) => {
      const octets = Buffer.from(valid(type, ['CNAME']));
      for (const [at, value] of changes) octets[at % octets.length] = value;
      const read = readAnswer(octets.subarray(0, octets.length - (cut > 60 ? cut - 60 : 0)), 77, {
        name: 'x.test',
        type,
      });
      if (octets.readUInt16BE(0) !== 77) assert.equal(read.kind, 'foreign');
      if (read.kind === 'answer') follow({ name: 'x.test', type }, read.records);
    }),
    { numRuns: runs },
  );
  fc.assert(
    fc.property(question, fc.uint8Array({ maxLength: 300 }), (type, octets) => {
      const body = Buffer.concat([Buffer.from([0, 77]), octets]);
      readAnswer(body, 77, { name: 'x.test', type });
      assert.equal(readAnswer(body, 78, { name: 'x.test', type }).kind, 'foreign');
    }),
    { numRuns: runs },
  );
});

test('any name that may be asked makes a question that says exactly that', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), fc.constantFrom(...types), (text, type) => {
      const name = text.toLowerCase();
      if (!isAskable(name)) return;
      const octets = encodeQuery(1, { name, type });
      // Turned into its own answer, the question is recognised.
      octets[2] = 0x81;
      assert.equal(readAnswer(octets, 1, { name, type }).kind, 'answer');
    }),
    { numRuns: runs },
  );
});

test('CNAME chains of any form end', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd');
  const record = fc.tuple(name, name, fc.boolean());
  fc.assert(
    fc.property(fc.array(record), (chain) => {
      const records = chain.map(([owner, target, isAlias]) =>
        isAlias
          ? { name: owner, type: 'CNAME' as const, ttlSeconds: 1, data: target }
          : { name: owner, type: 'A' as const, ttlSeconds: 1, data: '192.0.2.1' },
      );
      const followed = follow({ name: 'a', type: 'A' }, records);
      assert.ok(['records', 'alias', 'none', 'loop'].includes(followed.kind));
    }),
    { numRuns: runs },
  );
});
