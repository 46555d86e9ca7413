import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { createTestDelivery } from '../../../test/support/delivery.ts';
import { told } from '../../../test/support/outcomes.ts';
import { startReceiver } from '../../../test/support/scripted-receiver.ts';
import { keyRecordText, publicKeyText } from '../../protocol/dkim/key-record.ts';
import { BodyHash } from '../../protocol/dkim/relaxed.ts';
import { verifyMessage } from '../../protocol/dkim/verify.ts';
import type { DirectoryFacts, DomainFact, SigningKeyFact } from '../authorise/directory.ts';
import { buildDirectoryBase, openDirectory } from '../authorise/directory-index.ts';
import type { CustomerId, MessageMeta } from '../message.ts';
import { createSigner, type Signed } from './sign.ts';
import { createSigningKeys } from './signing-keys.ts';

const acme = 'acme' as CustomerId;
const other = 'other' as CustomerId;
const pair = generateKeyPairSync('ed25519');
const der = pair.privateKey.export({ type: 'pkcs8', format: 'der' });
const record = keyRecordText('ed25519', publicKeyText(pair.publicKey));

function key(id: number, stream = ''): SigningKeyFact {
  return { id, selector: `s${id}`, algorithm: 'ed25519', stream };
}

function domain(
  name: string,
  customer: CustomerId,
  keys: SigningKeyFact[],
  more: Partial<DomainFact> = {},
): DomainFact {
  return {
    name,
    customer,
    outbound: true,
    inbound: false,
    subdomains: false,
    verified: true,
    ...(keys.length > 0 && { dkim: { make: [], streams: [], published: false, keys } }),
    ...more,
  };
}

function directoryOf(domains: DomainFact[], grants: DirectoryFacts['grants'] = []) {
  const none = { customers: [], sources: [], logins: [], pools: [], certificates: [], suppressions: [] };
  return openDirectory(buildDirectoryBase({ ...none, domains, grants }));
}

function metaOf(more: Partial<MessageMeta> = {}): MessageMeta {
  return {
    id: '0123456789abcdef00' as MessageMeta['id'],
    customer: acme,
    direction: 'outbound',
    stream: 'business',
    sender: 'a@acme.test',
    acceptedAt: 0,
    size: 0,
    origin: { ip: '192.0.2.1', helo: 'client' },
    received: '',
    eightBit: false,
    smtpUtf8: false,
    headerFrom: 'a@acme.test',
    recipientCount: 1,
    ...more,
  };
}

const CONTENT = Buffer.from('From: a@acme.test\r\nSubject: x\r\n\r\nHello.\r\n');

class World {
  asked: number[] = [];
  answers = true;
  readonly keys = createSigningKeys(
    (id) => {
      this.asked.push(id);
      if (this.answers) setImmediate(() => this.keys.answer(id, der));
    },
    { answerMs: 50, kept: 2 },
  );
  readonly signer;

  constructor(domains: DomainFact[], grants: DirectoryFacts['grants'] = []) {
    const clock = { now: () => 1_800_000_000_000, monotonic: () => 0 };
    const directory = directoryOf(domains, grants);
    this.signer = createSigner({ directory, keys: this.keys, hostname: 'relay.test', clock });
  }

  sign(meta: Partial<MessageMeta> = {}, content: Buffer = CONTENT): Promise<Signed> {
    return Promise.resolve(this.signer.sign(metaOf(meta), () => ({ kind: 'bytes', bytes: content }), false));
  }

  /** `selector domain` of the signatures. */
  async signed(meta: Partial<MessageMeta> = {}): Promise<string> {
    const signed = await this.sign(meta);
    if (signed.kind === 'later') return signed.detail;
    const inFields = [...signed.fields.matchAll(/ d=(\S+); s=(\S+);/g)].map(([, d, s]) => `${s}._domainkey.${d}`);
    assert.deepEqual(signed.keys ?? [], inFields, 'what the trace is told');
    return inFields.map((name) => name.replace('._domainkey.', ' ')).join(', ');
  }
}

test('a forward is not signed, whoever its From names', async () => {
  const world = new World([domain('acme.test', acme, [key(1)])]);
  assert.equal(await world.signed({ sender: 'x@there.test', forward: true }), '');
  assert.equal(await world.signed({ cameIn: true }), '');
});

test('the key of the stream signs, else that of the domain, else that of the parent', async () => {
  const world = new World([
    domain('acme.test', acme, [key(1), key(2, 'bulk')], { subdomains: true }),
    domain('own.acme.test', acme, [key(3)]),
    domain('bare.acme.test', acme, []),
    domain('plain.test', acme, []),
  ]);
  assert.equal(await world.signed(), 's1 acme.test');
  assert.equal(await world.signed({ stream: 'bulk' }), 's2 acme.test');
  assert.equal(await world.signed({ headerFrom: 'a@x.y.acme.test' }), 's1 acme.test');
  assert.equal(await world.signed({ headerFrom: 'a@own.acme.test' }), 's3 own.acme.test');
  assert.equal(await world.signed({ headerFrom: 'a@bare.acme.test' }), 's1 acme.test');
  assert.equal(await world.signed({ headerFrom: 'a@plain.test' }), '');
});

test('nobody is signed for whom the customer may not send', async () => {
  const grants = [{ customer: acme, domain: 'granted.test', stream: 'bulk', proof: 'x' }];
  const world = new World(
    [
      domain('acme.test', acme, [key(1)]),
      domain('stranger.test', other, [key(2)], { subdomains: true }),
      domain('granted.test', other, [key(3)]),
      domain('unverified.test', acme, [key(4)], { verified: false }),
    ],
    grants,
  );
  assert.equal(await world.signed({ headerFrom: 'ceo@stranger.test' }), '', 'a forward keeps the stranger in From');
  assert.equal(await world.signed({ headerFrom: 'ceo@x.stranger.test' }), '');
  assert.equal(await world.signed({ headerFrom: 'a@granted.test', stream: 'bulk' }), 's3 granted.test');
  assert.equal(await world.signed({ headerFrom: 'a@granted.test' }), '', 'the grant is for one stream');
  assert.equal(await world.signed({ headerFrom: 'a@unverified.test' }), '');
  assert.equal(await world.signed({ direction: 'inbound' }), '');
  assert.equal(await world.signed({ headerFrom: 'x@stranger.test', authorDomain: 'acme.test' }), 's1 acme.test');
});

test('our own notices are signed with the key of our name', async () => {
  const world = new World([domain('relay.test', other, [key(7)])]);
  const notice = { sender: '', headerFrom: 'mailer-daemon@relay.test' };
  assert.equal(await world.signed({ ...notice, ours: true }), 's7 relay.test');
  assert.equal(await world.signed(notice), '', 'what a customer sends in our name is not');
});

test('a key that cannot be had keeps the mail back, and nothing is sent unsigned', async () => {
  const world = new World([domain('acme.test', acme, [key(1)])]);
  world.answers = false;
  assert.equal(await world.signed(), 'the key s1._domainkey.acme.test cannot be had');
  world.answers = true;
  assert.equal(await world.signed(), 's1 acme.test');
  await using receiver = await startReceiver();
  await using delivery = createTestDelivery({}, { signer: { sign: () => ({ kind: 'later', detail: 'no key' }) } });
  const [outcome] = await delivery.send({ to: receiver.port });
  assert.match(told(outcome), /deferred no-signing-key/);
  assert.equal(receiver.messages.length, 0);
});

test('keys are asked for once, and forgotten when others are used more', async () => {
  const world = new World([
    domain('acme.test', acme, [key(1)]),
    domain('b.test', acme, [key(2)]),
    domain('c.test', acme, [key(3)]),
  ]);
  await Promise.all([world.sign(), world.sign(), world.sign()]);
  assert.deepEqual(world.asked, [1]);
  await world.sign({ headerFrom: 'a@b.test' });
  await world.sign();
  await world.sign({ headerFrom: 'a@c.test' });
  await world.sign();
  assert.deepEqual(world.asked, [1, 2, 3], 'the least used went');
  await world.sign({ headerFrom: 'a@b.test' });
  assert.deepEqual(world.asked, [1, 2, 3, 2]);
  world.keys.answer(9, Buffer.from('no key'));
});

test('signed with the hash taken at accept, with one of its own, from memory and from a stream', async () => {
  const world = new World([domain('acme.test', acme, [key(1)])]);
  const body = Buffer.from(`Hello.\r\n${'line\r\n'.repeat(50_000)}`);
  const content = Buffer.concat([Buffer.from('From: a@acme.test\r\nSubject: x\r\n\r\n'), body]);
  const hash = new BodyHash();
  hash.update(body);
  const bodyHash = hash.digest();
  const chunks = async function* () {
    for (let at = 0; at < content.length; at += 11) yield content.subarray(at, at + 11);
  };
  for (const meta of [metaOf(), metaOf({ bodyHash }), metaOf({ bodyHash, recipientCount: 2 })]) {
    for (const source of [
      () => ({ kind: 'bytes', bytes: content }) as const,
      () => ({ kind: 'stream', chunks: chunks() }) as const,
    ]) {
      const signed = await world.signer.sign(meta, source, false);
      assert.ok(signed.kind === 'signed');
      const message = Buffer.concat([Buffer.from(signed.fields), content]);
      const lookup = async () => ({ kind: 'found', records: [record] }) as const;
      const [verdict] = await verifyMessage(message, lookup, { now: 0 });
      assert.equal(verdict?.result, 'pass', JSON.stringify(verdict));
    }
  }
  const wrong = await world.signer.sign(metaOf({ bodyHash: 'AAAA' }), () => ({ kind: 'bytes', bytes: content }), true);
  assert.ok(wrong.kind === 'signed' && wrong.fields.includes(bodyHash), 'converted content is hashed anew');
});

test('a header with a line of no field, or without From, is left unsigned', async () => {
  const world = new World([domain('acme.test', acme, [key(1)])]);
  for (const content of ['From: a@acme.test\r\nstray\r\n\r\nx\r\n', 'Subject: x\r\n\r\nx\r\n']) {
    assert.deepEqual(await world.sign({}, Buffer.from(content)), { kind: 'signed', fields: '' });
  }
});
