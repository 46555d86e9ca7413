import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatReply } from './reply.ts';

test('every line has the codes, the last one a space', () => {
  assert.equal(formatReply({ code: 220, lines: ['relay.test ESMTP'] }), '220 relay.test ESMTP\r\n');
  assert.equal(
    formatReply({ code: 550, enhanced: '5.7.1', lines: ['No', 'never'] }),
    '550-5.7.1 No\r\n550 5.7.1 never\r\n',
  );
  assert.equal(formatReply({ code: 334, lines: [''] }), '334 \r\n');
});

test('no text can end its line or hide anything', () => {
  assert.equal(formatReply({ code: 250, lines: ['a\r\n250 b\0\x1b[1mé\x7f'] }), '250 a??250 b??[1m??\r\n');
});
