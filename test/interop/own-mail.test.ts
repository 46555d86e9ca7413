// Mail of the relay's own to people, as a real Postfix takes it, and as it comes back from there.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { leavingWorld } from '../support/leaving-world.ts';
import { eventsOf, waitForEvent } from '../support/mail.ts';
import { skipWithoutPostfix } from '../support/postfix.ts';
import { skipWithoutPrograms } from '../support/processes.ts';
import { wordsOf } from '../support/read-mail.ts';
import { until } from '../support/until.ts';

const skip = skipWithoutPostfix || skipWithoutPrograms(['python3']);

describe('mail of the relay itself', { skip }, () => {
  test('arrives as text and HTML, and is in the trace as any other', async () => {
    await using world = await leavingWorld();
    const values = { customer: 'Acme <b>', domains: 'acme.test', link: 'https://relay.test/portal?a=1&b=2' };
    const told = await world.relay.services.notices.tell(
      'customer_live',
      { address: 'anna@world.test', language: 'fr' },
      values,
      { customer: 'acme' },
    );
    assert.equal(told.kind, 'sent');
    const [letter] = await world.letters(1);
    assert.ok(letter);
    assert.deepEqual(letter.defects, []);
    assert.equal(letter.headers['subject'], 'Le relais de messagerie est en service pour Acme <b>');
    assert.equal(letter.headers['content-language'], 'fr');
    assert.match(wordsOf(letter, 'text/html'), /Acme &lt;b&gt;/);
    assert.match(wordsOf(letter, 'text/plain'), /https:\/\/relay\.test\/portal\?a=1&b=2/);
    const events = await waitForEvent(
      world.dataDir,
      told.kind === 'sent' ? told.id : '',
      'message.recipient.delivered',
    );
    assert.equal(events[0]?.customer, 'easymail');
  });

  test('a bounce that comes later is noted on it and goes to the operator', async () => {
    await using world = await leavingWorld();
    const to = { address: 'nobody@late.test', language: 'en' } as const;
    const told = await world.relay.services.notices.tell('proof_returned', to, { customer: 'A', domain: 'acme.test' });
    const id = told.kind === 'sent' ? told.id : '';
    const bounced = await until('the note of the bounce', async () => {
      const events = await eventsOf(world.dataDir, id);
      return events.find((event) => event.type === 'message.recipient.bounced');
    });
    assert.equal('asynchronous' in bounced && bounced.asynchronous, true);
    const [letter] = await world.letters(1);
    assert.match(letter?.headers['subject'] ?? '', /Undelivered Mail Returned to Sender/);
    assert.match(letter?.headers['delivered-to'] ?? letter?.headers['x-original-to'] ?? '', /team@world\.test/);
  });
});
