import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mayHoldEightBit } from './content.ts';

test('content beyond ASCII is known, and a large one is taken to hold it', () => {
  const bytes = (text: string) => ({ kind: 'bytes', bytes: Buffer.from(text, 'latin1') }) as const;
  assert.equal(mayHoldEightBit(bytes('Subject: x\r\n\r\nplain\r\n')), false);
  assert.equal(mayHoldEightBit(bytes('Subject: x\r\n\r\ncaf\xe9\r\n')), true);
  assert.equal(mayHoldEightBit({ kind: 'stream', chunks: (async function* () {})() }), true);
});
