import assert from 'node:assert/strict';
import test from 'node:test';
import { heldReason, heldReasons } from './held-reason.ts';

const note = (check: string, result: string, verdict: string) => ({ check, result, verdict, ms: 1 });

test('each check has its reason, the gravest comes first', () => {
  assert.equal(heldReason([note('spam', 'spam', 'quarantine')]), 'spam');
  assert.equal(heldReason([note('authentication', 'fail', 'quarantine')]), 'authentication');
  assert.equal(heldReason([note('content', 'rule', 'hold'), note('spam', 'ham', 'pass')]), 'content');
  assert.equal(heldReason([note('content', 'ambiguous', 'quarantine')]), 'ambiguous');
  assert.deepEqual(heldReasons([note('spam', 'spam', 'quarantine'), note('virus', 'virus', 'quarantine')]), [
    'virus',
    'spam',
  ]);
  assert.equal(heldReason([note('virus', 'Eicar-Test', 'quarantine')]), 'virus', 'whatever the scanner called it');
});

test('a virus in a hidden part is a virus, whoever found it', () => {
  assert.equal(heldReason([note('content', 'virus', 'quarantine')]), 'virus');
});

test('what is encrypted is no virus, whichever check says so', () => {
  assert.equal(heldReason([note('virus', 'encrypted', 'quarantine')]), 'content');
});

test('what was not scanned says so, also where another check kept the message', () => {
  assert.deepEqual(heldReasons([note('virus', 'unavailable', 'later'), note('spam', 'spam', 'quarantine')]), [
    'unscanned',
    'spam',
  ]);
  assert.equal(heldReason([note('virus', 'oversize', 'hold')]), 'unscanned');
});

test('what no check kept back was held by somebody', () => {
  assert.equal(heldReason([note('virus', 'clean', 'pass')]), 'person');
  assert.equal(heldReason([]), 'person');
});
