// Bounces that real servers make come back to return paths of ours: a customer's Postfix that forwards, and a receiver's
// Postfix that takes a message and finds out later.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { RecipientEvent } from '../../src/mail/report/events.ts';
import { waitForEvent } from '../support/mail.ts';
import { freePorts } from '../support/ports.ts';
import { type Postfix, skipWithoutPostfix, startPostfix, waitForMaildir } from '../support/postfix.ts';
import { type Relay, startRelay } from '../support/relay.ts';
import { SmtpClient } from '../support/smtp-client.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

// What the relay asks them to try again, because a bounce was faster than its trace, is tried again soon.
const SOON = { queue_run_delay: '1s', minimal_backoff_time: '1s', maximal_backoff_time: '2s' };

describe('bounces of real servers come back', { skip: skipWithoutPostfix }, () => {
  let temp: TemporaryFolder;
  let relay: Relay;
  /** The customer's server: what comes in for user@acme.test goes on to user@private.test. */
  let forwarder: Postfix;
  /** The rest of the world. Takes mail for private.test and late.test, and cannot deliver it. */
  let world: Postfix;
  let ports: { world: number; forwarder: number; inbound: number; outbound: number; submission: number; http: number };

  before(async () => {
    temp = temporaryFolder('returns');
    const [worldPort = 0, own = 0, inbound = 0, outbound = 0, submission = 0, http = 0] = await freePorts(6);
    ports = { world: worldPort, forwarder: own, inbound, outbound, submission, http };
    const toRelay = `smtp:[127.0.0.1]:${inbound}`;
    world = await startPostfix({
      folder: temp.file('world'),
      hostname: 'world.test',
      ports: [worldPort],
      maildir: true,
      main: {
        ...SOON,
        // A transport that says no only once the message was taken.
        transport_maps: `inline:{ { private.test = error:5.1.1 user unknown here }, { late.test = error:5.1.1 user unknown here }, { bounce.relay.test = ${toRelay} } }`,
        smtpd_reject_unlisted_recipient: 'no',
      },
    });
    forwarder = await startPostfix({
      folder: temp.file('forwarder'),
      hostname: 'mail.acme.test',
      ports: [own],
      maildir: true,
      main: {
        ...SOON,
        virtual_alias_maps: 'inline:{ { user@acme.test = user@private.test } }',
        transport_maps: `inline:{ { private.test = smtp:[127.0.0.1]:${outbound} } }`,
      },
    });
    relay = await startRelay(
      {
        folder: temp.file('relay'),
        config: {
          bounces: { domain: 'bounce.relay.test' },
          retry: { first: '1s', longest: '2s' },
          route: [{ domain: '*', hosts: [`127.0.0.1:${worldPort}`], tls: 'none' }],
        },
        apply: {
          pool: [{ name: 'standard', addresses: [{ ip: '127.0.0.1', hostname: 'out1.relay.test', state: 'active' }] }],
          customer: [
            {
              id: 'acme',
              pools: ['standard'],
              sources: ['127.0.0.1'],
              mailhosts: [{ host: '127.0.0.1', port: own }],
              domains: [{ name: 'acme.test', verified: true }],
              forwards: 'srs',
              return_path: 'relay',
            },
          ],
        },
      },
      { inbound, outbound, submission, http },
    );
  });

  after(async () => {
    await relay?.stop();
    await forwarder?.stop();
    await world?.stop();
    temp?.remove();
  });

  async function send(port: number, from: string, to: string, ip: string): Promise<string> {
    await using client = await SmtpClient.connect({ port, from: ip });
    await client.hello();
    const content = Buffer.from(`From: <${from}>\r\nTo: <${to}>\r\nSubject: to ${to}\r\n\r\nHello.\r\n`);
    const reply = await client.message({ from, to: [to], content });
    await client.quit();
    assert.equal(reply.code, 250, reply.text);
    return /queued as (\S+)/.exec(reply.text)?.[1] ?? '';
  }

  /** The mail in a maildir that holds this text. */
  async function mailWith(folder: string, text: string): Promise<string> {
    const found = async () => {
      const paths = await waitForMaildir(folder, 1, 500);
      return paths.map((path) => readFileSync(path, 'latin1')).find((one) => one.includes(text));
    };
    // A bounce that was put off comes back when its server tries again, which may take it a while on a busy machine.
    return until(`mail with ${text}`, found, 60_000).catch(async (error: Error) => {
      const waiting = (await relay.cli('queue', 'list', '--json')).stdout;
      const logs = [world, forwarder].map((server) => server.log().split('\n').slice(-40).join('\n'));
      throw new Error([error.message, 'in our queue:', waiting, 'logs:', ...logs].join('\n'));
    });
  }

  test('of a forward, to the original sender', async () => {
    await send(ports.inbound, 'ann@gmail.test', 'user@acme.test', '127.0.0.9');
    const bounce = await mailWith(temp.file('world'), 'X-Original-To: ann@gmail.test');
    assert.match(bounce, /^Return-Path: <>$/m);
    assert.match(bounce, /by world\.test/, 'the bounce is that of the server, not our notice');
    assert.match(bounce, /user unknown here/);
    assert.match(bounce, /Final-Recipient: rfc822; user@private\.test/);
    assert.match(world.log(), /from=<SRS0=[a-z2-7]{8}=[a-z2-7]{2}=gmail\.test=ann@bounce\.relay\.test>/);
  });

  test('of a tagged message, as a note on its recipient and to its sender', async () => {
    const id = await send(ports.outbound, 'boss@acme.test', 'gone@late.test', '127.0.0.1');
    await waitForEvent(relay.dataDir, id, 'message.recipient.delivered');
    const bounce = await mailWith(temp.file('forwarder'), 'X-Original-To: boss@acme.test');
    assert.match(bounce, /user unknown here/);
    const events = await waitForEvent(relay.dataDir, id, 'message.recipient.bounced');
    const note = events.at(-1) as RecipientEvent;
    assert.equal(note.asynchronous, true);
    assert.equal(note.recipient, 'gone@late.test');
    assert.equal(note.cause?.from === 'remote' && note.cause.reply.enhanced, '5.1.1');
    assert.equal(note.bounce?.class, 'invalid_address');
    assert.equal(note.suppressed, true);
    const shown = await relay.cli('trace', `id:${id}`);
    assert.match(shown.stdout, /delivered/);
    assert.match(shown.stdout, /bounced/);
  });
});
