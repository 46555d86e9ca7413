// Real mail servers and clients as the customer's server, and Postfix at the other end, in both directions.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTransport } from 'nodemailer';
import { findExim, startExim } from '../support/exim.ts';
import { freePorts } from '../support/ports.ts';
import { type Postfix, skipWithoutPostfix, startPostfix, waitForMaildir } from '../support/postfix.ts';
import { run, skipWithoutPrograms } from '../support/processes.ts';
import { acmeProvision, type Relay, startRelay } from '../support/relay.ts';
import { SmtpClient } from '../support/smtp-client.ts';
import { skipWithout } from '../support/suites.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';
import { difference, takeTraceOff } from './compare.ts';
import { corpus, corpusStep } from './corpus.ts';

// Messages in the short form; EASYMAIL_INTEROP=all takes every one of them.
const SHORT = 40;
const exim = await findExim();
const skip = skipWithoutPostfix || skipWithout('spam-ham');
const all = corpus().filter((message) => !message.forbidden);
const step = corpusStep(all.length, SHORT);
const messages = all.filter((_, index) => index % step === 0);

interface World {
  temp: TemporaryFolder;
  relay: Relay;
  receiver: Postfix;
  receiverPort: number;
}

/** Recipient of a maildir file, from the first field that Postfix wrote down: messages may hold such fields too. */
function recipientIn(message: Buffer): { prefix: string; number: number } {
  const found = /^X-Original-To: ([a-z]*)(\d+)@/m.exec(message.toString('latin1', 0, 2000));
  return { prefix: found?.[1] ?? '', number: Number(found?.[2] ?? -1) };
}

/** Messages by number that arrived in the maildir of an instance for recipients named `prefix` and a number. */
async function arrived(instance: Postfix, prefix: string, count: number): Promise<Map<number, Buffer>> {
  const end = performance.now() + 30_000;
  for (;;) {
    const found = new Map<number, Buffer>();
    for (const path of await waitForMaildir(instance.folder, 0)) {
      const content = readFileSync(path);
      const recipient = recipientIn(content);
      if (recipient.prefix === prefix) found.set(recipient.number, content);
    }
    if (found.size >= count || performance.now() > end) return found;
    await sleep(200);
  }
}

/** Hands all messages to a server by SMTP. */
async function feed(port: number, to: (number: number) => string): Promise<void> {
  await using client = await SmtpClient.connect({ port });
  await client.hello();
  for (const [number, { content }] of messages.entries()) {
    const reply = await client.message({ from: 'corpus@acme.test', to: [to(number)], content, mail: ' BODY=8BITMIME' });
    assert.equal(reply.code, 250, reply.text);
  }
  await client.quit();
}

/** What a way without the relay makes of a message, compared with what the way through it makes. */
function compareWays(control: Map<number, Buffer>, relayed: Map<number, Buffer>, hops: number): string[] {
  const faults: string[] = [];
  for (const [number, { name }] of messages.entries()) {
    const [before, after] = [control.get(number), relayed.get(number)];
    if (before === undefined) continue;
    const fault =
      after === undefined
        ? 'did not arrive'
        : difference(takeTraceOff(before, hops).rest, takeTraceOff(after, hops + 1).rest);
    if (fault !== undefined) faults.push(`${name}: ${fault}`);
  }
  return faults;
}

describe('customers with real servers', { skip }, () => {
  let world: World;

  before(async () => {
    const temp = temporaryFolder('interop');
    const [receiverPort = 0] = await freePorts(1);
    const receiver = await startPostfix({
      folder: temp.file('receiver'),
      hostname: 'receiver.test',
      ports: [receiverPort],
      maildir: true,
      // Some messages of the test data carry dozens of Received fields, and addresses of their own.
      main: { hopcount_limit: '200', header_size_limit: '1024000' },
    });
    const relay = await startRelay({
      folder: temp.file('relay'),
      apply: acmeProvision({ mailhost: { host: '127.0.0.1', port: receiverPort }, hide: 'off' }),
      config: { route: [{ domain: '*', hosts: [`127.0.0.1:${receiverPort}`] }], limits: { hops: 200 } },
    });
    world = { temp, relay, receiver, receiverPort };
  });

  after(async () => {
    await world?.relay.stop();
    await world?.receiver.stop();
    world?.temp.remove();
  });

  /** A Postfix that hands all mail to `port`, or to the receiver itself for recipients at control.test. */
  async function postfixTowards(name: string, port: number): Promise<{ instance: Postfix; port: number }> {
    const [own = 0] = await freePorts(1);
    const instance = await startPostfix({
      folder: world.temp.file(name),
      hostname: `${name}.test`,
      ports: [own],
      relayhost: { host: '127.0.0.1', port },
      main: {
        transport_maps: `inline:{ { control.test = smtp:[127.0.0.1]:${world.receiverPort} } }`,
        hopcount_limit: '200',
        header_size_limit: '1024000',
      },
    });
    return { instance, port: own };
  }

  test('Postfix: what arrives through the relay is what arrives without it', async (context) => {
    const customer = await postfixTowards('customer', world.relay.ports.outbound);
    try {
      await feed(customer.port, (number) => `c${number}@control.test`);
      await feed(customer.port, (number) => `p${number}@example.test`);
      const control = await arrived(world.receiver, 'c', messages.length);
      const relayed = await arrived(world.receiver, 'p', control.size);
      const faults = compareWays(control, relayed, 2);
      const unchanged = messages.filter(({ content }, number) => {
        const got = relayed.get(number);
        const sent = content.toString('latin1').replaceAll('\r\n', '\n');
        return got !== undefined && takeTraceOff(got, 3).rest === sent;
      });
      context.diagnostic(`${control.size} of ${messages.length} by Postfix alone, ${relayed.size} through the relay`);
      context.diagnostic(
        `${unchanged.length} as they were sent; the others were changed by Postfix alike in both ways`,
      );
      assert.deepEqual(faults, []);
      assert.ok(control.size > 0);
    } finally {
      await customer.instance.stop();
    }
  });

  test('inbound: a Postfix of the Internet to the Postfix of the customer', async (context) => {
    const internet = await postfixTowards('internet', world.relay.ports.inbound);
    try {
      await feed(internet.port, (number) => `k${number}@control.test`);
      await feed(internet.port, (number) => `i${number}@acme.test`);
      const control = await arrived(world.receiver, 'k', messages.length);
      const relayed = await arrived(world.receiver, 'i', control.size);
      context.diagnostic(`${relayed.size} of ${control.size} through the relay`);
      assert.deepEqual(compareWays(control, relayed, 2), []);
    } finally {
      await internet.instance.stop();
    }
  });

  test('Exim as the customer', { skip: 'skip' in exim ? exim.skip : false }, async (context) => {
    const [port = 0] = await freePorts(1);
    await using _customer = await startExim({
      folder: world.temp.file('exim'),
      hostname: 'exim.test',
      port,
      relayhost: { host: '127.0.0.1', port: world.relay.ports.outbound },
      direct: { domain: 'control.test', port: world.receiverPort },
    });
    await feed(port, (number) => `x${number}@control.test`);
    await feed(port, (number) => `e${number}@example.test`);
    const control = await arrived(world.receiver, 'x', messages.length);
    const relayed = await arrived(world.receiver, 'e', control.size);
    context.diagnostic(`${control.size} of ${messages.length} by Exim alone, ${relayed.size} through the relay`);
    assert.deepEqual(compareWays(control, relayed, 2), []);
    assert.ok(control.size > 0);
  });

  test('swaks as the customer', { skip: skipWithoutPrograms(['swaks']) }, async () => {
    const server = `127.0.0.1:${world.relay.ports.outbound}`;
    for (const options of [['--pipeline'], []]) {
      const args = ['--server', server, '--from', 'swaks@acme.test', '--to', 's1@example.test', ...options];
      const { code, stdout } = await run('swaks', [...args, '--header', 'From: <swaks@acme.test>']);
      assert.equal(code, 0, stdout);
      assert.match(stdout, /250 2\.0\.0 Ok: queued as \S+/);
    }
    assert.equal((await arrived(world.receiver, 's', 1)).size, 1);
  });

  test('nodemailer as the customer, with attachments and many recipients', async () => {
    const transport = createTransport({ host: '127.0.0.1', port: world.relay.ports.outbound, pool: true });
    const attachment = Buffer.alloc(300_000, 'easymail');
    const to = Array.from({ length: 30 }, (_, index) => `m${index}@d${index % 3}.example.test`);
    const sent = await transport.sendMail({
      from: 'nodemailer@acme.test',
      to,
      subject: 'Grüße aus Lëtzebuerg',
      text: 'Moien.\n.\n..zwee\n',
      attachments: [{ filename: 'a.bin', content: attachment }],
    });
    assert.match(sent.response, /^250 2\.0\.0 Ok: queued as/);
    assert.equal(sent.accepted.length, 30);
    transport.close();
    const relayed = await arrived(world.receiver, 'm', 30);
    assert.equal(relayed.size, 30);
    const rests = new Set([...relayed.values()].map((message) => takeTraceOff(message, 2).rest));
    assert.equal(rests.size, 1);
    assert.ok(
      [...rests][0]?.replaceAll('\n', '').includes(attachment.toString('base64').slice(0, 100_000).slice(0, 70)),
    );
  });

  test('nothing is left in the relay, and each message can be found in the trace', async () => {
    await world.relay.settled();
    const { stdout } = await world.relay.cli('trace', 'to:s1@example.test', '--json');
    assert.match(stdout, /"status":"delivered"/);
  });
});
