// The receiver hangs up at each moment there is: the message waits, whole, and arrives once the receiver behaves.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { queued, sendOne, waitForEvent } from '../support/mail.ts';
import { type Relay, startRelay } from '../support/relay.ts';
import { type Script, type ScriptedReceiver, startReceiver } from '../support/scripted-receiver.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';

interface Moment {
  name: string;
  script: Script;
  /** What stands in the kept conversation. */
  said: RegExp;
  /** Copies that the receiver has afterwards. */
  copies: number;
}

const MOMENTS: Moment[] = [
  { name: 'greeting', script: { greeting: 'hang up' }, said: /greeting|connect/i, copies: 1 },
  { name: 'ehlo', script: { ehlo: 'hang up' }, said: /EHLO out1\.relay\.test/, copies: 1 },
  { name: 'mail', script: { mail: 'hang up' }, said: /MAIL FROM:<a@acme\.test>/, copies: 1 },
  { name: 'rcpt', script: { rcpt: 'hang up' }, said: /RCPT TO:<bob@rcpt\.test>/, copies: 1 },
  { name: 'data', script: { data: 'hang up' }, said: /DATA/, copies: 1 },
  { name: 'content', script: { hangUpInContent: 100_000 }, said: /DATA/, copies: 1 },
  // The one moment at which nobody can know: the receiver has it, and we were not told.
  { name: 'dot', script: { dot: 'hang up' }, said: /DATA/, copies: 2 },
];

const BODY = 'x'.repeat(70).concat('\r\n').repeat(20_000);

describe('a receiver that hangs up', () => {
  let folder: TemporaryFolder;
  let relay: Relay;
  const receivers = new Map<string, ScriptedReceiver>();

  before(async () => {
    folder = temporaryFolder('hang-up');
    for (const { name, script } of MOMENTS) receivers.set(name, await startReceiver(script));
    const route = [...receivers].map(([name, { port }]) => ({ domain: `${name}.test`, hosts: [`127.0.0.1:${port}`] }));
    relay = await startRelay({ folder: folder.path, config: { route, retry: { first: '1h', longest: '1h' } } });
  });
  after(async () => {
    await relay?.stop();
    for (const receiver of receivers.values()) await receiver.close();
    folder?.remove();
  });

  for (const { name, said, copies } of MOMENTS) {
    test(`at ${name}: deferred, told with its conversation, delivered later`, async () => {
      const receiver = receivers.get(name);
      assert.ok(receiver);
      const id = await sendOne(relay.ports.outbound, `bob@${name}.test`, { body: BODY });
      const [deferred] = (await waitForEvent(relay.dataDir, id, 'message.recipient.deferred')).filter(
        (event) => event.type === 'message.recipient.deferred',
      );
      assert.ok(deferred?.type === 'message.recipient.deferred');
      const { cause, attempt } = deferred;
      assert.ok(cause?.from === 'us', JSON.stringify(cause));
      assert.equal(cause.cause, 'connection-lost');
      assert.match(attempt?.conversation.map((line) => `${line.said} -> ${line.reply}`).join('\n') ?? '', said);
      assert.equal(attempt?.ip, '127.0.0.1');
      assert.ok(await queued(relay.dataDir, id));
      assert.equal(receiver.messages.length, copies - 1);
      receiver.script = {};
      assert.equal((await relay.cli('queue', 'retry', id)).stdout, 'retry: 1 recipient(s)\n');
      await waitForEvent(relay.dataDir, id, 'message.recipient.delivered');
      assert.equal(receiver.messages.length, copies);
      for (const { content } of receiver.messages) assert.ok(content.endsWith(BODY));
      assert.equal(await queued(relay.dataDir, id), undefined);
    });
  }
});
