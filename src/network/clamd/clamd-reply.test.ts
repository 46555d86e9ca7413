import assert from 'node:assert/strict';
import test from 'node:test';
import { readClamdReply } from './clamd-reply.ts';

test('only the exact words of clamd are clean', () => {
  assert.deepEqual(readClamdReply('stream: OK'), { kind: 'clean' });
  const rubbish = [
    '',
    'OK',
    'stream: OK ',
    'stream: ok',
    'x stream: OK',
    'stream: OK\n',
    'stream: OK\nstream: OK',
    'PONG',
  ];
  for (const text of rubbish) assert.equal(readClamdReply(text).kind, 'error', JSON.stringify(text));
});

test('a virus has its name, without what clamd knows of the file besides', () => {
  assert.deepEqual(readClamdReply('stream: Win.Test.EICAR_HDB-1 FOUND'), {
    kind: 'virus',
    name: 'Win.Test.EICAR_HDB-1',
  });
  const extended = `stream: Eicar.UNOFFICIAL(${'a'.repeat(32)}:68) FOUND`;
  assert.deepEqual(readClamdReply(extended), { kind: 'virus', name: 'Eicar.UNOFFICIAL' });
  assert.equal(readClamdReply('stream:  FOUND').kind, 'error');
});

test('what was not looked at whole is neither clean nor a virus', () => {
  assert.deepEqual(readClamdReply('INSTREAM size limit exceeded. ERROR'), { kind: 'oversize' });
  assert.deepEqual(readClamdReply('stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND'), {
    kind: 'limit',
    name: 'Heuristics.Limits.Exceeded.MaxFileSize',
  });
  assert.deepEqual(readClamdReply('stream: Heuristics.Encrypted.Zip FOUND'), {
    kind: 'encrypted',
    name: 'Heuristics.Encrypted.Zip',
  });
});

test('errors are shown without what would break a line of the log', () => {
  assert.deepEqual(readClamdReply('stream: lstat()\u0007 failed\n ERROR'), {
    kind: 'error',
    text: 'stream: lstat()? failed? ERROR',
  });
  const long = readClamdReply(`${'x'.repeat(5000)} ERROR`);
  assert.ok(long.kind === 'error' && long.text.length < 200);
});
