import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { DotStuffing, UncleanContent, wholeContent } from './dot-stuffing.ts';

const runs = Number(process.env['EASYMAIL_FUZZ_RUNS'] ?? 3000);

function stuffed(...portions: string[]): string {
  const stuffing = new DotStuffing();
  const out = portions.map((portion) =>
    Buffer.from(stuffing.portion(Buffer.from(portion, 'latin1'))).toString('latin1'),
  );
  return out.join('') + stuffing.end();
}

/** What a receiver makes of it, by RFC 5321 4.5.2; everything behind the end is returned too. */
function received(wire: string): { content: string; behind: string } {
  const end = wire.startsWith('.\r\n') ? 0 : wire.indexOf('\r\n.\r\n') + 2;
  const content = wire.slice(0, end).replace(/(^|\r\n)\./g, '$1');
  return { content, behind: wire.slice(end + 3) };
}

test('a leading dot is doubled, wherever the portions are cut', () => {
  assert.equal(stuffed('.a\r\n.b\r\n..\r\n.'), '..a\r\n..b\r\n...\r\n..\r\n.\r\n');
  assert.equal(stuffed('x\r\n', '.', '\r\n'), 'x\r\n..\r\n.\r\n');
  assert.equal(stuffed('x\r', '\n.', 'y'), 'x\r\n..y\r\n.\r\n');
  assert.equal(stuffed(''), '.\r\n');
});

test('a bare CR or LF never leaves, wherever the portions are cut', () => {
  const unclean = [
    ['a\nb'],
    ['a\rb'],
    ['a\r', 'b'],
    ['a', '\nb'],
    ['\n.\r\n'],
    ['a\r'],
    ['a\r\n', '\n'],
    ['\r\r\n'],
    ['x\r', '.\r\n'],
  ];
  for (const portions of unclean) {
    assert.throws(() => stuffed(...portions), UncleanContent, JSON.stringify(portions));
  }
});

test('any clean content arrives as it was, as one message; anything else is refused', () => {
  const piece = fc.constantFrom('.', '\r\n', '\r', '\n', 'a', '\r\n.\r\n', '\r\n.', '..', '\0', '\xff', 'QUIT\r\n');
  fc.assert(
    fc.property(fc.array(fc.array(piece).map((all) => all.join(''))), (portions) => {
      const whole = portions.join('');
      const clean = !/\r(?!\n)|(?<!\r)\n/.test(whole);
      if (!clean) {
        assert.throws(() => stuffed(...portions), UncleanContent);
        return;
      }
      const { content, behind } = received(stuffed(...portions));
      const completed = whole === '' || whole.endsWith('\r\n') ? whole : `${whole}\r\n`;
      assert.equal(content, completed);
      assert.equal(behind, '');
    }),
    { numRuns: runs },
  );
});

test('the whole of a small content is one buffer: prefix, content, end', () => {
  assert.equal(wholeContent('A: b\r\n', Buffer.from('.c')).toString(), 'A: b\r\n..c\r\n.\r\n');
  assert.equal(wholeContent('', Buffer.from('c\r\n')).toString(), 'c\r\n.\r\n');
  assert.throws(() => wholeContent('A: b\r', Buffer.from('c')), UncleanContent);
});
