import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { parse } from 'smol-toml';
import { ControlWorld } from '../../../test/support/control.ts';
import { documentSchema } from './document-schema.ts';
import { exportDocument } from './export.ts';

/** Each makes two relays' stores. */
const RUNS = Math.min(Number(process.env['EASYMAIL_FUZZ_RUNS'] ?? 12), 200);

async function exported(w: ControlWorld): Promise<string> {
  let text = '';
  for await (const piece of exportDocument(w.control.database)) text += piece;
  return text;
}

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
const text = fc.string({
  unit: fc.constantFrom('a', 'b', ' ', 'é', '"', '\\', "'", '#', '[', ']', '=', '{', '\u{1f4e7}'),
  minLength: 1,
  maxLength: 20,
});
const secret = fc.stringMatching(/^[A-Za-z0-9+/]{22,40}$/);
const proof = fc.oneof(
  fc.constant('login'),
  fc.record({ header: fc.constantFrom('X-Tenant', 'X-Origin'), value: text.map((value) => `t${value}`) }),
  fc.record({ secret_header: fc.constantFrom('X-Secret', 'X-Word'), secret }),
);
const scram = fc.record({
  salt: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((octets) => Buffer.from(octets).toString('base64')),
  iterations: fc.constantFrom(4096, 10_000),
  storedKey: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((octets) => Buffer.from(octets).toString('base64')),
  serverKey: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((octets) => Buffer.from(octets).toString('base64')),
});
const dkim = fc.oneof(
  fc.boolean(),
  fc.record({
    make: fc.subarray(['rsa', 'ed25519']),
    streams: fc.uniqueArray(word, { maxLength: 2 }),
    published: fc.boolean(),
  }),
);

/** A customer whose things are its own by their number: clashes are another test's. */
const customer = (n: number) =>
  fc.record(
    {
      id: fc.constant(`c${n}`),
      name: text.map((name) => `x${name}`),
      state: fc.constantFrom('live', 'suspended', 'deactivated', 'verifying'),
      language: fc.constantFrom('en', 'fr', 'de-LU'),
      foreign_from: fc.constantFrom('refuse', 'rewrite'),
      hide: fc.constantFrom('off', 'usual', 'strict'),
      forwards: fc.constantFrom('refuse', 'srs'),
      return_path: fc.constantFrom('sender', 'relay'),
      recipient_check: fc.constantFrom('none', 'list', 'call-ahead'),
      pools: fc.subarray(['p1', 'p2']),
      sources: fc.oneof(
        fc.constant([`10.${n}.0.0/16`, `2001:db8:${n}::/48`]),
        proof.map((one) => [`10.${n}.1.0/24`, { network: '40.92.0.0/16', shared: true, proof: one }]),
        fc.constant([]),
      ),
      mailhosts: fc.array(
        fc.record(
          {
            host: fc.constantFrom('mx.example.lu', '192.0.2.1', '2001:db8::1'),
            port: fc.integer({ min: 1, max: 65_535 }),
            preference: fc.integer({ min: 0, max: 65_535 }),
            tls: fc.constantFrom('opportunistic', 'verify', 'none'),
            guarded: fc.constant(true),
          },
          { requiredKeys: ['host'] },
        ),
        { maxLength: 3 },
      ),
      domains: fc.uniqueArray(
        fc.record(
          {
            name: word.map((label) => `${label}.d${n}.test`),
            outbound: fc.boolean(),
            inbound: fc.constant(true),
            subdomains: fc.boolean(),
            verified: fc.constantFrom(true, false, 'dns'),
            dkim,
          },
          { requiredKeys: ['name'] },
        ),
        { maxLength: 3, selector: ({ name }) => name },
      ),
      grants: fc.uniqueArray(
        fc.record({
          domain: word.map((label) => `${label}.grant.test`),
          stream: fc.constantFrom('*', 'bulk'),
          proof: text.map((one) => `p${one}`),
        }),
        { maxLength: 2, selector: ({ domain }) => domain },
      ),
      streams: fc.uniqueArray(
        fc.record({ name: word, pools: fc.constant(['p1']), match: text.map((value) => `header:X-Stream=v${value}`) }),
        { maxLength: 2, selector: ({ name }) => name },
      ),
      logins: fc.uniqueArray(fc.record({ name: word.map((name) => `${name}-${n}`), scram }), {
        maxLength: 2,
        selector: ({ name }) => name,
      }),
      certificates: fc.uniqueArray(
        fc.oneof(
          fc.constant({ fingerprint: `0${n}`.repeat(32) }),
          word.map((label) => ({ name: `${label}.cert${n}.test` })),
        ),
        { maxLength: 2, selector: (one) => JSON.stringify(one) },
      ),
    },
    { requiredKeys: ['id'] },
  );

const document = fc.tuple(customer(1), customer(2), customer(3)).map((customers) => ({
  pool: [
    { name: 'p1', addresses: [{ ip: '192.0.2.9', hostname: 'out1.example.lu', state: 'draining' }] },
    { name: 'p2', spf: '_spf.example.lu' },
  ],
  // Addresses on the list are of the first domain, which is inbound.
  customer: customers.map((one) => ({
    ...one,
    recipients: one.domains?.[0] === undefined ? [] : [`ann@${one.domains[0].name}`, `@${one.domains[0].name}`],
  })),
}));

test('apply, export, apply changes nothing; on an empty relay the export makes the same again', async () => {
  await fc.assert(
    fc.asyncProperty(document, async (given) => {
      const [here, there] = [new ControlWorld(), new ControlWorld()];
      try {
        const first = await here.apply(given);
        assert.equal(first.kind, 'applied', JSON.stringify(first));
        const file = await exported(here);
        const again = await here.applyText(file, { prune: true });
        assert.deepEqual(again.kind === 'applied' ? again.changes : again, [], file);
        const elsewhere = await there.applyText(file);
        assert.equal(elsewhere.kind, 'applied', JSON.stringify(elsewhere));
        assert.equal(await exported(there), file);
        assert.ok(!file.includes('secret = '), 'the words of secrets are not kept');
      } finally {
        await here.end();
        await there.end();
      }
    }),
    { numRuns: RUNS },
  );
});

test('every key of a file is exported, but for keys of DKIM, which stay where they are', async () => {
  const w = new ControlWorld();
  try {
    const domains = [{ name: 'a.test', dkim: true }];
    const mailhosts = [{ host: 'mx.a.test', guarded: true }];
    await w.apply({ pool: [{ name: 'p', spf: '' }], customer: [{ id: 'a', domains, mailhosts }] });
    const given = parse(await exported(w)) as Record<'pool' | 'customer', Record<string, unknown>[]>;
    for (const table of ['pool', 'customer'] as const) {
      const keys = Object.keys(documentSchema.shape[table].unwrap().element.shape);
      assert.deepEqual(Object.keys(given[table][0] ?? {}).sort(), keys.sort());
    }
    assert.equal(given.pool[0]?.['spf'], '');
    const [host] = (given.customer[0]?.['mailhosts'] ?? []) as Record<string, unknown>[];
    assert.deepEqual(Object.keys(host ?? {}).sort(), ['guarded', 'host', 'port', 'preference', 'tls']);
  } finally {
    await w.end();
  }
});

test('one customer is exported alone, without pools', async () => {
  const w = new ControlWorld();
  try {
    await w.apply({ pool: [{ name: 'p' }], customer: [{ id: 'a', pools: ['p'] }, { id: 'b' }] });
    let file = '';
    for await (const piece of exportDocument(w.control.database, 'a')) file += piece;
    assert.match(file, /id = "a"/);
    assert.doesNotMatch(file, /\[\[pool\]\]|id = "b"/);
  } finally {
    await w.end();
  }
});
