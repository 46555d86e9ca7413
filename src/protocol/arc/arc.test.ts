import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { findProgram, run } from '../../../test/support/processes.ts';
import { keyRecordText, publicKeyText } from '../dkim/key-record.ts';
import { BodyHash } from '../dkim/relaxed.ts';
import { SigningLane, signHeader } from '../dkim/sign.ts';
import { BodyHashes, type KeyLookup, SignedHeader, splitMessage } from '../dkim/verify.ts';
import { parseHeader } from '../mime/header.ts';
import { readChain } from './chain.ts';
import { sealMessage } from './seal.ts';
import { type ArcVerdict, beginChain } from './verify.ts';

const NOW = 1_795_000_000;
const lane = new SigningLane(1, 2048);
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ed25519 = generateKeyPairSync('ed25519');
const zone = new Map([
  ['a._domainkey.relay.test', keyRecordText('rsa', publicKeyText(rsa.publicKey))],
  ['e._domainkey.relay.test', keyRecordText('ed25519', publicKeyText(ed25519.publicKey))],
]);
const lookup: KeyLookup = async (name) => {
  const text = zone.get(name);
  return text === undefined ? { kind: 'none' } : { kind: 'found', records: [text] };
};

const MESSAGE = Buffer.from(
  'Received: from x by y; Sun, 22 Nov 2026 10:00:00 +0000\r\nFrom: Ann <ann@acme.test>\r\nTo: bob@example.org\r\n' +
    'Subject: a  subject\r\n\tfolded\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@acme.test>\r\n\r\n' +
    'Hello  Bob \r\n\r\nBye.\r\n\r\n',
);

async function judged(message: Uint8Array, keys: KeyLookup = lookup): Promise<ArcVerdict> {
  const { fields, body } = splitMessage(message);
  const bodies = new BodyHashes();
  const end = beginChain({ header: new SignedHeader(fields), bodies, lookup: keys, now: NOW });
  bodies.update(body);
  return end();
}

/** The message with one more set of ours on top. */
async function sealed(message: Buffer, selector: 'a' | 'e' = 'a', length?: number): Promise<Buffer> {
  const header = parseHeader(message);
  const chain = readChain(splitMessage(message).fields);
  const hash = new BodyHash('relaxed', length);
  hash.update(message.subarray(header.end + 2));
  const key: KeyObject = selector === 'a' ? rsa.privateKey : ed25519.privateKey;
  const fields = await sealMessage(
    {
      header,
      bodyHash: `${hash.digest()}${length === undefined ? '' : `; l=${length}`}`,
      sets: chain.kind === 'sets' ? chain.sets : [],
      results: 'relay.test;\r\n\tdmarc=pass (p=reject) header.from=acme.test',
      domain: 'relay.test',
      at: NOW,
    },
    { selector, key },
    lane,
  );
  assert(fields !== undefined);
  return Buffer.concat([Buffer.from(fields, 'latin1'), message]);
}

test('no set, one set, and one on top of others', async () => {
  assert.equal((await judged(MESSAGE)).result, 'none');
  const one = await sealed(MESSAGE);
  assert.equal((await judged(one)).result, 'pass');
  const three = await sealed(await sealed(one, 'e'));
  const verdict = await judged(three);
  assert.deepEqual([verdict.result, verdict.sets.length], ['pass', 3]);
  assert.match(verdict.sets[0]?.results ?? '', /dmarc=pass \(p=reject\) header\.from=acme\.test/);
});

test('what was changed behind the newest set is told', async () => {
  const two = (await sealed(await sealed(MESSAGE))).toString('latin1');
  const CHANGES: [string, string, string][] = [
    ['the body', 'Hello', 'Hallo'],
    ['the subject', 'a  subject', 'b  subject'],
    ['results of the newest set', 'i=2; relay.test;\r\n\tdmarc=pass', 'i=2; relay.test;\r\n\tdmarc=fail'],
    ['results of the oldest set', 'i=1; relay.test;\r\n\tdmarc=pass', 'i=1; relay.test;\r\n\tdmarc=fail'],
    ['a chain that failed', 'cv=pass', 'cv=fail'],
    ['a first set that says pass', 'cv=none', 'cv=pass'],
    ['a seal with h', 'cv=pass;', 'cv=pass; h=from;'],
    ['an instance too many', 'ARC-Seal: i=2;', 'ARC-Seal: i=51;'],
    ['a set that comes twice', 'From: Ann', 'ARC-Authentication-Results: i=1; relay.test; none\r\nFrom: Ann'],
    ['a set that is not whole', 'ARC-Authentication-Results: i=1;', 'X-Nothing: i=1;'],
    ['a gap', 'From: Ann', 'ARC-Authentication-Results: i=4; relay.test; none\r\nFrom: Ann'],
    ['a second From on top', 'ARC-Seal: i=2;', 'From: <e@vil.test>\r\nARC-Seal: i=2;'],
  ];
  for (const [name, from, to] of CHANGES) {
    const changed = two.replace(from, () => to);
    assert.notEqual(changed, two, name);
    const verdict = await judged(Buffer.from(changed, 'latin1'));
    assert.deepEqual([verdict.result, verdict.sets], ['fail', []], name);
  }
});

test('a chain whose newest signature leaves a part of the body open does not hold', async () => {
  const open = await sealed(MESSAGE, 'a', 5);
  assert.match(open.toString('latin1'), /; l=5;/);
  assert.deepEqual(await judged(open), {
    result: 'fail',
    reason: 'the newest signature: it covers only a part of the body',
    sets: [],
  });
});

test('a key that cannot be looked up says nothing; one that is not there fails', async () => {
  const one = await sealed(MESSAGE);
  assert.equal((await judged(one, async () => ({ kind: 'temporary' }))).result, 'temperror');
  assert.equal((await judged(one, async () => ({ kind: 'none' }))).result, 'fail');
});

test('fifty sets and no more, in bounded time', async () => {
  let message: Buffer = MESSAGE;
  for (let i = 0; i < 50; i++) message = await sealed(message, 'e');
  const started = performance.now();
  assert.equal((await judged(message)).result, 'pass');
  assert(performance.now() - started < 1000);
  await assert.rejects(sealed(message), 'there is no room for one more');
});

test('the body hash is of the set’s own canonical form', async () => {
  const one = await sealed(MESSAGE);
  const changedSpace = Buffer.from(one.toString('latin1').replace('Hello  Bob ', 'Hello Bob'), 'latin1');
  assert.equal((await judged(changedSpace)).result, 'pass');
});

interface Mailauth {
  authenticate: (
    message: Buffer,
    options: object,
  ) => Promise<{ arc: { status: { result: string } } | false; headers: string }>;
}

test('mailauth agrees, also on what it sealed itself', async () => {
  const { authenticate } = createRequire(import.meta.url)('mailauth') as Mailauth;
  const resolver = async (name: string) => {
    const text = zone.get(name);
    if (text === undefined) throw Object.assign(new Error('no record'), { code: 'ENOTFOUND' });
    return [[text]];
  };
  const options = { ip: '192.0.2.1', helo: 'x.test', mta: 'y.test', sender: 'ann@acme.test', resolver, strict: true };
  const look = async (message: Buffer) => {
    const { arc } = await authenticate(message, options);
    return arc === false ? 'none' : arc.status.result;
  };
  const two = await sealed(await sealed(MESSAGE));
  assert.equal(await look(two), 'pass');
  assert.equal(await look(Buffer.from(two.toString('latin1').replace('Hello', 'Hallo'), 'latin1')), 'fail');
  const privateKey = rsa.privateKey.export({ type: 'pkcs8', format: 'pem' });
  const seal = { signingDomain: 'relay.test', selector: 'a', privateKey };
  const { headers } = await authenticate(two, { ...options, seal });
  const theirs = Buffer.concat([Buffer.from(headers, 'latin1'), two]);
  const verdict = await judged(theirs);
  assert.deepEqual([verdict.result, verdict.sets.length], ['pass', 3], verdict.reason ?? '');
  assert.equal((await judged(await sealed(theirs))).sets.length, 4);
});

const PYTHON = `
import sys, json, dkim
given = json.load(sys.stdin)
look = lambda name, timeout=5: given['zone'].get(name.rstrip(b'.').decode(), '').encode() or None
message = given['message'].encode('latin-1')
cv, _, reason = dkim.ARC(message).verify(dnsfunc=look)
json.dump({'cv': (cv or b'').decode(), 'reason': reason}, sys.stdout)
`;

test('python3-dkim agrees', {
  skip: findProgram('dkimverify') === undefined && 'python3-dkim is not installed',
}, async () => {
  const ask = async (message: Buffer) => {
    const input = JSON.stringify({ zone: Object.fromEntries(zone), message: message.toString('latin1') });
    const { code, stdout, stderr } = await run('/usr/bin/python3', ['-c', PYTHON], { input });
    assert.equal(code, 0, stderr);
    return (JSON.parse(stdout) as { cv: string; reason: string }).cv;
  };
  const request = { domain: 'relay.test', bodyHash: bodyHash(MESSAGE), at: NOW };
  const signature = await signHeader(parseHeader(MESSAGE), [{ selector: 'a', key: rsa.privateKey }], request, lane);
  const two = await sealed(await sealed(Buffer.concat([Buffer.from(signature, 'latin1'), MESSAGE])));
  assert.equal(await ask(two), 'pass');
  assert.equal(await ask(Buffer.from(two.toString('latin1').replace('Hello', 'Hallo'), 'latin1')), 'fail');
});

function bodyHash(message: Buffer): string {
  const hash = new BodyHash();
  hash.update(message.subarray(parseHeader(message).end + 2));
  return hash.digest();
}
