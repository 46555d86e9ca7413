// Real messages through the relay, from a raw client to a raw receiver: nothing but our trace header may be new.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSink } from '../../bench/sink.ts';
import { fieldKind } from '../../src/mail/hide/fields.ts';
import { parseHeader } from '../../src/protocol/mime/header.ts';
import { acmeProvision, type Relay, startRelay } from '../support/relay.ts';
import { SmtpClient } from '../support/smtp-client.ts';
import { skipWithout } from '../support/suites.ts';
import { temporaryFolder } from '../support/temp.ts';
import { difference, takeTraceOff } from './compare.ts';
import { type CorpusMessage, corpus } from './corpus.ts';

interface Passed {
  arrived: Map<number, Buffer>;
  refused: Map<number, string>;
}

async function receiver(): Promise<{ port: number; arrived: Map<number, Buffer>; stop: () => Promise<void> }> {
  const arrived = new Map<number, Buffer>();
  const sink = await startSink({
    port: 0,
    whole: true,
    onMessage: (recipients, content) => {
      const number = Number(/^n(\d+)@/.exec(recipients[0] ?? '')?.[1]);
      const text = content.toString('latin1').replace(/(^|\r\n)\.\./g, '$1.');
      arrived.set(number, Buffer.from(text, 'latin1'));
    },
  });
  return { port: sink.port, arrived, stop: () => sink.stop() };
}

/** Sends the messages one after the other; a connection that the relay ends is made again. */
async function send(
  port: number,
  messages: CorpusMessage[],
  to: (number: number) => string,
): Promise<Map<number, string>> {
  const refused = new Map<number, string>();
  let client: SmtpClient | undefined;
  for (const [number, message] of messages.entries()) {
    if (client === undefined || client.closed) {
      client = await SmtpClient.connect({ port });
      await client.hello();
    }
    const { content } = message;
    const from = `n${number}@acme.test`;
    const reply = await client.message({ from, to: [to(number)], content, mail: ' BODY=8BITMIME' });
    if (reply.code !== 250) refused.set(number, reply.text);
    if (reply.code === 421 || message.forbidden) client.close();
    if (message.forbidden) client = undefined;
  }
  await client?.quit();
  return refused;
}

async function waitForAll(arrived: Map<number, Buffer>, count: number): Promise<void> {
  const end = performance.now() + 20_000;
  while (arrived.size < count && performance.now() < end) await sleep(50);
}

async function through(
  relay: Relay,
  messages: CorpusMessage[],
  way: { direction: 'outbound' | 'inbound'; arrived: Map<number, Buffer> },
): Promise<Passed> {
  const domain = way.direction === 'outbound' ? 'example.test' : 'acme.test';
  const refused = await send(relay.ports[way.direction], messages, (number) => `n${number}@${domain}`);
  await waitForAll(way.arrived, messages.length - refused.size);
  return { arrived: way.arrived, refused };
}

for (const direction of ['outbound', 'inbound'] as const) {
  test(`${direction}: every message of the test data passes octet for octet`, {
    skip: skipWithout('spam-ham'),
  }, async (context) => {
    const messages = corpus();
    await using temp = temporaryFolder('octets');
    const { port, arrived, stop } = await receiver();
    await using relay = await startRelay({
      folder: temp.path,
      apply: acmeProvision({ mailhost: { host: '127.0.0.1', port }, hide: 'off' }),
      config: { route: [{ domain: '*', hosts: [`127.0.0.1:${port}`] }], limits: { hops: 100 } },
    });
    const { refused } = await through(relay, messages, { direction, arrived });
    await stop();
    const faults: string[] = [];
    let passed = 0;
    for (const [number, message] of messages.entries()) {
      const got = arrived.get(number);
      if (message.forbidden) {
        if (got !== undefined) faults.push(`${message.name}: holds a bare CR or NUL, and was passed on`);
        continue;
      }
      const sent = message.content.toString('latin1').replaceAll('\r\n', '\n');
      const fault =
        got === undefined
          ? `did not arrive: ${refused.get(number) ?? 'accepted'}`
          : difference(sent, takeTraceOff(got, 1).rest);
      if (fault === undefined) passed++;
      else faults.push(`${message.name}: ${fault}`);
    }
    const forbidden = messages.filter((message) => message.forbidden).length;
    context.diagnostic(`${passed} of ${messages.length - forbidden} passed, ${forbidden} refused for a bare CR or NUL`);
    assert.deepEqual(faults.slice(0, 20), []);
    assert.equal(faults.length, 0);
  });
}

/** Everything that hiding may not touch: fields that tell nothing of a network, and the body. */
function untouched(text: string): string {
  const octets = Buffer.from(text, 'latin1');
  const header = parseHeader(octets);
  const kept = header.fields.filter((field) => fieldKind(field.name) === undefined);
  const fields = kept.map((field) => octets.toString('latin1', field.start, field.end));
  return fields.join('') + octets.toString('latin1', header.end);
}

test('usual: where the network is hidden, all else passes octet for octet', {
  skip: skipWithout('spam-ham'),
}, async (context) => {
  const messages = corpus().filter((message) => !message.forbidden);
  await using temp = temporaryFolder('octets');
  const { port, arrived, stop } = await receiver();
  await using relay = await startRelay({
    folder: temp.path,
    config: { route: [{ domain: '*', hosts: [`127.0.0.1:${port}`] }], limits: { hops: 100 } },
  });
  const { refused } = await through(relay, messages, { direction: 'outbound', arrived });
  await stop();
  const faults: string[] = [];
  for (const [number, message] of messages.entries()) {
    const got = arrived.get(number);
    const sent = untouched(message.content.toString('latin1').replaceAll('\r\n', '\n'));
    const fault =
      got === undefined
        ? `did not arrive: ${refused.get(number) ?? 'accepted'}`
        : difference(sent, untouched(takeTraceOff(got, 1).rest));
    if (fault !== undefined) faults.push(`${message.name}: ${fault}`);
  }
  context.diagnostic(`${messages.length - faults.length} of ${messages.length} passed`);
  assert.deepEqual(faults.slice(0, 20), []);
});
