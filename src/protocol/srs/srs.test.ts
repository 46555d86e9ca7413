import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parseAddress } from '../smtp/address.ts';
import { type SrsOptions, srsForward, srsReverse } from './srs.ts';

const DAY = 86_400_000;
const NOW = Date.parse('2026-11-22T12:00:00Z');
const ours: SrsOptions = { key: Buffer.alloc(32, 1), domain: 'bounce.test', now: NOW };
const theirs: SrsOptions = { key: Buffer.alloc(32, 2), domain: 'other.test', now: NOW };
const ann = { localPart: 'Ann.Lee', domain: 'example.org' };

const localOf = (address: string | undefined) => {
  assert.ok(address !== undefined);
  return address.slice(0, address.lastIndexOf('@'));
};
const back = (local: string, more: Partial<SrsOptions & { validDays: number }> = {}) =>
  srsReverse(local, { ...ours, validDays: 14, ...more });
const rewrite = (sender: { localPart: string; domain: string }, by: SrsOptions) => {
  const address = srsForward(sender, by);
  const mailbox = address === undefined ? undefined : parseAddress(address);
  assert.ok(mailbox !== undefined);
  return mailbox;
};

describe('SRS', () => {
  test('a rewritten address has the form of the paper, and leads back', () => {
    const address = srsForward(ann, ours);
    assert.match(address ?? '', /^SRS0=[a-z2-7]{8}=[a-z2-7]{2}=example\.org=Ann\.Lee@bounce\.test$/);
    assert.deepEqual(back(localOf(address)), { kind: 'address', address: 'Ann.Lee@example.org' });
  });

  test('a receiver that changes the case is understood', () => {
    const local = localOf(srsForward(ann, ours));
    assert.deepEqual(back(local.toLowerCase()), { kind: 'address', address: 'ann.lee@example.org' });
    assert.deepEqual(back(local.toUpperCase()), { kind: 'address', address: 'ANN.LEE@EXAMPLE.ORG' });
  });

  test('it counts for its days and no longer', () => {
    const local = localOf(srsForward(ann, ours));
    assert.equal(back(local, { now: NOW + 14 * DAY }).kind, 'address');
    assert.equal(back(local, { now: NOW + 15 * DAY }).kind, 'expired');
    assert.equal(back(local, { now: NOW - DAY }).kind, 'address', 'a clock that was set back');
    assert.equal(back(local, { now: NOW - 2 * DAY }).kind, 'expired');
  });

  test('another key, another sender, another day: forged', () => {
    const local = localOf(srsForward(ann, ours));
    assert.equal(back(local, { key: Buffer.alloc(32, 9) }).kind, 'forged');
    assert.equal(back(local.replace('Ann', 'Bob')).kind, 'forged');
    assert.equal(back(local.replace('example.org', 'example.com')).kind, 'forged');
    assert.equal(back(local.replace(/=(..)=example/, '=aa=example')).kind, 'forged');
    assert.equal(back('SRS0=abcd=AB=example.org=ann').kind, 'forged', 'the hash of another program');
    assert.equal(back('SRS0').kind, 'none');
    assert.equal(back('postmaster').kind, 'none');
  });

  test('the second forwarder names the first, the third still does', () => {
    const first = rewrite(ann, theirs);
    const second = rewrite(first, ours);
    assert.match(second.text, /^SRS1=[a-z2-7]{8}=other\.test==/);
    assert.deepEqual(back(second.localPart), { kind: 'address', address: first.text });
    const third = rewrite(second, { ...theirs, domain: 'third.test' });
    assert.match(third.text, /^SRS1=[a-z2-7]{8}=other\.test==/);
    const answer = srsReverse(third.localPart, { ...theirs, validDays: 14 });
    assert.deepEqual(answer, { kind: 'address', address: first.text });
  });

  test('an SRS1 cannot be made up, nor an SRS0 be made one', () => {
    const second = rewrite(rewrite(ann, theirs), ours);
    assert.equal(back(second.localPart.replace('other.test', 'victim.test')).kind, 'forged');
    assert.equal(back(second.localPart.replace('Ann', 'Bob')).kind, 'forged');
    const own = rewrite(ann, ours);
    assert.equal(back(own.localPart.replace('SRS0', 'SRS1')).kind, 'forged');
  });

  test('what has no place in 64 octets is not written', () => {
    assert.equal(srsForward({ localPart: 'a'.repeat(60), domain: 'example.org' }, ours), undefined);
    assert.equal(srsForward({ localPart: '"a b"', domain: 'example.org' }, ours), undefined);
    assert.equal(srsForward({ localPart: 'zoë', domain: 'example.org' }, ours), undefined);
    assert.equal(srsForward({ localPart: 'a', domain: '[192.0.2.1]' }, ours), undefined);
  });

  test('whatever is rewritten is an address, and leads back', () => {
    const atom = fc.stringMatching(/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,12}$/);
    const local = fc.array(atom, { minLength: 1, maxLength: 3 }).map((atoms) => atoms.join('.'));
    const domain = fc.constantFrom('example.org', 'a.bc', 'xn--bcher-kva.example');
    fc.assert(
      fc.property(local, domain, fc.integer({ min: 0, max: 4e12 }), (localPart, name, now) => {
        const address = srsForward({ localPart, domain: name }, { ...ours, now });
        if (address === undefined) return;
        const mailbox = parseAddress(address);
        assert.ok(mailbox !== undefined, address);
        assert.ok(mailbox.localPart.length <= 64);
        const answer = srsReverse(mailbox.localPart, { ...ours, now, validDays: 0 });
        assert.equal(answer.kind, 'address');
        // Whoever begins as if rewritten already goes back one step; all others come back as they were.
        if (!/^srs[01][=+-]/i.test(localPart)) {
          assert.deepEqual(answer, { kind: 'address', address: `${localPart}@${name}` });
        }
      }),
    );
  });

  test('no text of a stranger is taken for ours', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.stringMatching(/^[Ss][Rr][Ss][01][=+-][a-zA-Z2-7]{8}=[a-zA-Z2-7]{2}=[a-z.]{1,9}=[a-z=+]{1,9}$/),
      fc.stringMatching(/^SRS1=[a-z2-7]{8}=[a-z.]{1,9}=[=+-][a-z=]{1,20}$/),
    );
    fc.assert(fc.property(texts, (text) => back(text).kind !== 'address'));
  });
});
