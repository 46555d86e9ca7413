import assert from 'node:assert/strict';
import test from 'node:test';
import { parseAddress } from '../../protocol/smtp/address.ts';
import { copiesOf, rulesToTell, withoutNoticesOf } from './effects.ts';
import type { Effect } from './verdict.ts';

const recipients = ['b@there.test', 'C@there.test'].flatMap((text) => parseAddress(text) ?? []);
const copy = (to: string): Effect => ({ kind: 'copy', to });

test('each address gets one copy, who gets the message anyway none, and there are few', () => {
  const texts = (...effects: Effect[]) => copiesOf(effects, recipients).map(({ text }) => text);
  assert.deepEqual(texts(), []);
  assert.deepEqual(texts(copy('a@acme.test'), copy('A@acme.test'), copy('c@there.test'), copy('no address')), [
    'a@acme.test',
  ]);
  assert.equal(texts(...Array.from({ length: 50 }, (_, i) => copy(`a${i}@acme.test`))).length, 10);
});

test('of a copy the sender hears nothing; what it asked about the others stays', () => {
  assert.equal(withoutNoticesOf(undefined, 2, 0), undefined);
  const asked = { envid: 'x', recipients: [null, { notify: ['success' as const] }] };
  assert.deepEqual(withoutNoticesOf(asked, 2, 1), {
    envid: 'x',
    recipients: [null, { notify: ['success'] }, { notify: [] }],
  });
  assert.deepEqual(withoutNoticesOf(undefined, 2, 1), { recipients: [null, null, { notify: [] }] });
});

test('people are told of a rule, copies are not', () => {
  const effects: Effect[] = [copy('a@acme.test'), { kind: 'notify', to: ['boss@acme.test'], rule: 'Watched' }];
  assert.deepEqual(rulesToTell(effects), [{ rule: 'Watched', to: ['boss@acme.test'] }]);
});
