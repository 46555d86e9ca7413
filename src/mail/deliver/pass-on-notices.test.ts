import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DsnRequest } from '../message.ts';
import type { ClaimedRecipient } from '../queue/queue.ts';
import type { RoutedHosts } from '../route/route.ts';
import { sampleMeta } from '../trace/sample-events.ts';
import { noticesOnWire, receiverTellsSuccess } from './pass-on-notices.ts';

const dsn: DsnRequest = {
  ret: 'headers',
  envid: 'QQ 1',
  recipients: [
    { notify: ['success', 'delay'], original: { type: 'rfc822', address: 'A+b@example.org' } },
    null,
    { notify: [] },
    { notify: ['success'] },
  ],
};
const recipients = [0, 1, 2, 3, 4].map((index) => ({ index }) as ClaimedRecipient);
const route = (rule: string) => ({ kind: 'hosts', rule }) as RoutedHosts;

test('the request goes along as it was made, and none where none was', () => {
  const meta = sampleMeta(0, 1, { dsn });
  assert.deepEqual(noticesOnWire(meta, recipients, { smtpUtf8: false, route: route('mx') }), {
    mail: ' RET=HDRS ENVID=QQ+201',
    recipients: [' NOTIFY=SUCCESS,DELAY ORCPT=rfc822;A+2Bb@example.org', '', ' NOTIFY=NEVER', ' NOTIFY=SUCCESS', ''],
  });
  assert.equal(noticesOnWire(sampleMeta(0, 1), recipients, { smtpUtf8: false, route: route('mx') }), undefined);
});

test('a mail host of a customer is not asked for notices of success, which would name it', () => {
  const meta = sampleMeta(0, 1, { dsn });
  const wire = noticesOnWire(meta, recipients, { smtpUtf8: false, route: route('customer domain') });
  assert.deepEqual(wire?.recipients, [
    ' NOTIFY=DELAY ORCPT=rfc822;A+2Bb@example.org',
    '',
    ' NOTIFY=NEVER',
    ' NOTIFY=NEVER',
    '',
  ]);
  assert.equal(receiverTellsSuccess(meta, true, route('customer domain')), false);
  assert.equal(receiverTellsSuccess(meta, true, route('mx')), true);
  assert.equal(receiverTellsSuccess(meta, false, route('mx')), false);
});
