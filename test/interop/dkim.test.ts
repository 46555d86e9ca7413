// What the relay signs, as three strangers see it: straight from the relay, and after a hop through Postfix and Exim.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSink } from '../../bench/sink.ts';
import { keyRecordText, publicKeyText, recordName } from '../../src/protocol/dkim/key-record.ts';
import { dkimpy, mailauth, opendkim } from '../support/dkim-strangers.ts';
import { findExim, startExim } from '../support/exim.ts';
import { freePorts } from '../support/ports.ts';
import { skipWithoutPostfix, startPostfix } from '../support/postfix.ts';
import { skipWithoutPrograms } from '../support/processes.ts';
import { acmeProvision, type Relay, startRelay, type Table } from '../support/relay.ts';
import { startReceiver } from '../support/scripted-receiver.ts';
import { SmtpClient } from '../support/smtp-client.ts';
import { skipWithout } from '../support/suites.ts';
import { temporaryFolder } from '../support/temp.ts';
import { type CorpusMessage, corpus, corpusStep } from './corpus.ts';

const WAYS = ['direct', 'postfix', 'exim'] as const;
type Way = (typeof WAYS)[number];

const skip = skipWithout('spam-ham') || skipWithoutPostfix || skipWithoutPrograms(['opendkim', 'dkimverify']);

/** Contents by `number@way`. */
async function receiver() {
  const arrived = new Map<string, Buffer>();
  const sink = await startSink({
    port: 0,
    whole: true,
    onMessage: (recipients, content) => {
      const [, number, way] = /^n(\d+)@(\w+)\.test/.exec(recipients[0] ?? '') ?? [];
      const text = content.toString('latin1').replace(/(^|\r\n)\.\./g, '$1.');
      arrived.set(`${number}@${way}`, Buffer.from(text, 'latin1'));
    },
  });
  return { sink, arrived };
}

function signedProvision(): { apply: Table; zone: Map<string, string> } {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ed = generateKeyPairSync('ed25519');
  const zone = new Map([
    [recordName('r1', 'acme.test'), keyRecordText('rsa', publicKeyText(rsa.publicKey))],
    [recordName('e1', 'acme.test'), keyRecordText('ed25519', publicKeyText(ed.publicKey))],
  ]);
  const apply = acmeProvision();
  const pem = { type: 'pkcs8', format: 'pem' } as const;
  const keys = [
    { selector: 'r1', private_key: rsa.privateKey.export(pem) },
    { selector: 'e1', private_key: ed.privateKey.export(pem) },
  ];
  const [customer] = apply['customer'] as [Table];
  const [domain] = customer['domains'] as [Table];
  domain['dkim'] = { published: true, keys };
  return { apply, zone };
}

async function send(relay: Relay, messages: readonly CorpusMessage[]): Promise<number> {
  let taken = 0;
  let client: SmtpClient | undefined;
  for (const [number, { content, forbidden }] of messages.entries()) {
    if (forbidden) continue;
    if (client === undefined || client.closed) {
      client = await SmtpClient.connect({ port: relay.ports.outbound });
      await client.hello();
    }
    const to = WAYS.map((way) => `n${number}@${way}.test`);
    const reply = await client.message({ from: `n${number}@acme.test`, to, content, mail: ' BODY=8BITMIME' });
    if (reply.code === 250) taken++;
  }
  await client?.quit();
  return taken;
}

/** Waits until nothing more comes. */
async function settled(count: () => number): Promise<void> {
  for (let before = -1, still = 0; still < 15; still = before === count() ? still + 1 : 0) {
    before = count();
    await sleep(200);
  }
}

/** Lines that Postfix folds and Exim refuses: RFC 5321 4.5.3.1.6 allows 998 octets. */
function hasLongLine(content: Buffer): boolean {
  return content
    .toString('latin1')
    .split('\r\n')
    .some((line) => line.length > 998);
}

test('every message that is signed verifies with three strangers, also after a hop', { skip }, async (t) => {
  const exim = await findExim();
  if ('skip' in exim) {
    t.skip(exim.skip);
    return;
  }
  const all = corpus();
  const step = corpusStep(all.length, 60);
  const messages = all.filter((_, index) => index % step === 0);
  await using temp = temporaryFolder('dkim');
  const { sink, arrived } = await receiver();
  const [postfixPort = 0, eximPort = 0] = await freePorts(2);
  const next = { host: '127.0.0.1', port: sink.port };
  await using _postfix = await startPostfix({
    folder: temp.file('postfix'),
    hostname: 'postfix.test',
    ports: [postfixPort],
    relayhost: next,
    main: { hopcount_limit: '200' },
  });
  await using _exim = await startExim({
    folder: temp.file('exim'),
    hostname: 'exim.test',
    port: eximPort,
    relayhost: next,
  });
  const { apply, zone } = signedProvision();
  const ports: Record<Way, number> = { direct: sink.port, postfix: postfixPort, exim: eximPort };
  await using relay = await startRelay({
    folder: temp.file('relay'),
    apply,
    config: {
      route: WAYS.map((way) => ({ domain: `${way}.test`, hosts: [`127.0.0.1:${ports[way]}`] })),
      limits: { hops: 100 },
    },
  });
  const taken = await send(relay, messages);
  await settled(() => arrived.size);
  const folder = temp.file('arrived');
  mkdirSync(folder);
  const strangers = [mailauth(zone), dkimpy(zone), opendkim(zone, temp.path)];
  t.diagnostic(`${taken} of ${messages.length} taken`);
  const faults: string[] = [];
  for (const way of WAYS) {
    const files = new Map<string, Buffer>();
    let unsigned = 0;
    for (const [number, { content }] of messages.entries()) {
      const got = arrived.get(`${number}@${way}`);
      if (got === undefined || (way !== 'direct' && hasLongLine(content))) continue;
      if (!got.includes(' d=acme.test; s=r1;')) {
        unsigned++;
        continue;
      }
      const file = join(folder, `${number}.${way}.eml`);
      writeFileSync(file, got);
      files.set(file, got);
    }
    t.diagnostic(`${way}: ${files.size} signed, ${unsigned} unsigned`);
    assert.ok(files.size > messages.length * 0.9, `${way}: only ${files.size} of ${messages.length} arrived signed`);
    for (const stranger of strangers) {
      const verdicts = await stranger.verify(files);
      const passed = [...verdicts.values()].filter((verdict) => verdict === 'pass pass').length;
      const counts = Map.groupBy(verdicts.values(), (verdict) => verdict);
      const told = [...counts].map(([verdict, list]) => `${verdict} ${list.length}`).join(', ');
      t.diagnostic(`${way}, ${stranger.name}: ${passed} of ${files.size} verify (${told})`);
      const wrong = [...verdicts].filter(([, verdict]) => !isVerified(stranger.name, verdict));
      const nameOf = (file: string) => messages[Number(/(\d+)\.\w+\.eml$/.exec(file)?.[1])]?.name;
      faults.push(...wrong.map(([file, verdict]) => `${nameOf(file)} ${way} ${stranger.name} ${verdict}`));
    }
  }
  await sink.stop();
  assert.deepEqual(faults.slice(0, 20), []);
});

test('what is converted for a receiver without 8BITMIME is signed in that form', {
  skip: skipWithout('spam-ham') || skipWithoutPrograms(['opendkim', 'dkimverify']),
}, async (t) => {
  const eightBit = corpus().filter(({ content, forbidden }) => !forbidden && hasEightBitBody(content));
  const messages = eightBit.filter((_, index) => index % corpusStep(eightBit.length, 15) === 0);
  await using temp = temporaryFolder('dkim-seven');
  await using receiver = await startReceiver({ extensions: ['PIPELINING'] });
  const { apply, zone } = signedProvision();
  await using relay = await startRelay({
    folder: temp.file('relay'),
    apply,
    config: { route: [{ domain: '*', hosts: [`127.0.0.1:${receiver.port}`] }], limits: { hops: 100 } },
  });
  await send(relay, messages);
  await settled(() => receiver.messages.length);
  const files = new Map<string, Buffer>();
  for (const { content } of receiver.messages) {
    const octets = Buffer.from(content, 'latin1');
    if (!content.includes(' d=acme.test; s=r1;')) continue;
    assert.match(content.slice(content.indexOf('\r\n\r\n')), /^[\x00-\x7f]*$/);
    const file = temp.file(`${files.size}.eml`);
    writeFileSync(file, octets);
    files.set(file, octets);
  }
  assert.ok(files.size > 0);
  for (const stranger of [mailauth(zone), dkimpy(zone), opendkim(zone, temp.path)]) {
    const verdicts = [...(await stranger.verify(files)).values()];
    const passed = verdicts.filter((verdict) => verdict === 'pass pass').length;
    t.diagnostic(`converted, ${stranger.name}: ${passed} of ${files.size} verify`);
    assert.deepEqual(
      verdicts.filter((verdict) => !isVerified(stranger.name, verdict)),
      [],
    );
  }
});

function hasEightBitBody(content: Buffer): boolean {
  const text = content.toString('latin1');
  const gap = text.indexOf('\r\n\r\n');
  return gap > 0 && /[\x80-\xff]/.test(text.slice(gap)) && !/[\x80-\xff]/.test(text.slice(0, gap));
}

/**
 * python3-dkim reads no header whose names have white space before the colon; OpenDKIM gives no verdict on a message with
 * fields twice that RFC 5322 3.6 allows once, nor its test mode on fields above its buffer. Neither says that a signature
 * is wrong.
 */
function isVerified(stranger: string, verdict: string): boolean {
  if (verdict === 'pass pass') return true;
  if (stranger === 'python3-dkim') return verdict === 'MessageFormatError MessageFormatError';
  return stranger === 'opendkim' && (verdict === 'left alone' || verdict === 'no verdict');
}
