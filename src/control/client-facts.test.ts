import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { ControlWorld } from '../../test/support/control.ts';
import type { CustomerId } from '../mail/message.ts';

const acme = 'acme' as CustomerId;
const ACME = {
  id: 'acme',
  sources: ['192.0.2.0/28'],
  mailhosts: [{ host: '198.51.100.1' }],
  domains: [{ name: 'acme.test', verified: true }],
};

let world: ControlWorld | undefined;
function newWorld(): ControlWorld {
  world = new ControlWorld();
  return world;
}
afterEach(async () => {
  await world?.end();
  world = undefined;
});

describe('certificates and lists of recipients', () => {
  const DIGEST = 'ab'.repeat(32);
  const withCertificates = (id: string, certificates: object[], more: object = {}) => ({
    customer: [{ ...ACME, id, pools: [], sources: [], domains: [], certificates, ...more }],
  });

  test('certificates are kept, found, and belong to one customer', async () => {
    const w = newWorld();
    const certificates = [
      { fingerprint: `SHA256:${DIGEST.toUpperCase().replace(/(..)(?!$)/g, '$1:')}` },
      { public_key: DIGEST },
      { name: 'MX.Acme.Test' },
    ];
    const first = await w.apply(withCertificates('acme', certificates));
    assert.equal(first.kind, 'applied');
    for (const key of [`fingerprint:${DIGEST}`, `public_key:${DIGEST}`, 'name:mx.acme.test']) {
      assert.deepEqual({ ...w.control.directory.certificate(key) }, { key, customer: acme });
    }
    await w.restart();
    assert.equal(w.control.directory.certificate('name:mx.acme.test')?.customer, acme);
    const again = await w.apply(withCertificates('acme', certificates));
    assert.deepEqual(again.kind === 'applied' && [again.changes, again.unchanged], [[], 1]);
    const clash = await w.apply(withCertificates('beta', [{ name: 'mx.acme.test' }]));
    assert.deepEqual(clash.kind === 'refused' && clash.faults.map(({ key, message }) => [key, message]), [
      ['customer.0.certificates', 'certificate "name:mx.acme.test" belongs to customer "acme"'],
    ]);
    const moved = await w.apply({
      customer: [
        ...withCertificates('acme', []).customer,
        ...withCertificates('beta', [{ name: 'mx.acme.test' }]).customer,
      ],
    });
    assert.equal(moved.kind, 'applied');
    assert.equal(w.control.directory.certificate('name:mx.acme.test')?.customer, 'beta');
    assert.equal(w.control.directory.certificate(`public_key:${DIGEST}`), undefined);
  });

  test('what is no certificate is refused with its key', async () => {
    const w = newWorld();
    for (const certificate of [
      {},
      { fingerprint: 'sha256:00' },
      { name: '*.acme.test' },
      { name: 'a', fingerprint: DIGEST },
    ]) {
      const outcome = await w.apply(withCertificates('acme', [certificate]));
      assert.equal(outcome.kind, 'refused', JSON.stringify(certificate));
      assert.match(outcome.faults[0]?.key ?? '', /^customer\.0\.certificates\.0/);
    }
    const twice = await w.apply(withCertificates('acme', [{ name: 'a.test' }, { name: 'A.test' }]));
    assert.equal(twice.kind, 'refused');
  });

  const listed = (...recipients: string[]) => ({
    customer: [{ ...ACME, pools: [], recipient_check: 'list', recipients }],
  });

  test('a list of recipients becomes what the file says', async () => {
    const w = newWorld();
    await w.apply(listed('Ann@acme.test', '@ACME.test'));
    const { directory } = w.control;
    assert.deepEqual([directory.recipient('ann@acme.test'), directory.recipient('@acme.test')], [acme, acme]);
    const changed = await w.apply(listed('ann@acme.test', 'bob@acme.test'));
    assert.deepEqual(changed.kind === 'applied' && changed.changes[0]?.details, [
      'recipient bob@acme.test added',
      'recipient @acme.test removed',
    ]);
    await w.restart();
    assert.deepEqual(
      ['ann@acme.test', 'bob@acme.test', '@acme.test'].map((address) => w.control.directory.recipient(address)),
      [acme, acme, undefined],
    );
    const same = await w.apply(listed('bob@acme.test', 'ANN@acme.test'));
    assert.deepEqual(same.kind === 'applied' && same.changes, []);
    await w.apply({}, { prune: true });
    assert.equal(w.control.directory.recipient('ann@acme.test'), undefined);
  });

  test('addresses that are none, twice there, or of a domain it does not receive for', async () => {
    const w = newWorld();
    const outcome = await w.apply(listed('ann@acme.test', 'Ann@acme.test', 'x@beta.test', 'x@sub.acme.test'));
    assert.deepEqual(outcome.kind === 'refused' && outcome.faults.map(({ key, message }) => [key.at(-1), message]), [
      ['1', 'names "ann@acme.test" a second time'],
      ['2', '"x@beta.test" is in no inbound domain of the customer'],
      ['3', '"x@sub.acme.test" is in no inbound domain of the customer'],
    ]);
    assert.equal((await w.apply(listed('ann'))).kind, 'refused');
    const empty = await w.apply(listed());
    assert.match(String(empty.kind === 'applied' && empty.warnings), /no recipients: all mail to it but postmaster/);
    // Without the check a list is of no use, but for mailboxes whose names are refused otherwise.
    const warned = async (recipient: string) => {
      const { customer } = listed(recipient);
      const made = await w.apply({ customer: customer.map((one) => ({ ...one, recipient_check: 'none' })) });
      return made.kind === 'applied' && made.warnings.some((text) => text.includes('count only with'));
    };
    assert.deepEqual([await warned('ann@acme.test'), await warned('old%site@acme.test')], [true, false]);
  });

  test('a long list goes into a new base, and is told in numbers', async () => {
    const w = newWorld();
    const many = Array.from({ length: 30_000 }, (_, i) => `user${i}@acme.test`);
    const outcome = await w.apply(listed(...many));
    assert.equal(outcome.kind === 'applied' && outcome.changes[0]?.details.at(-1), '30000 recipients added');
    assert.equal(w.updates.at(-1)?.kind, 'base');
    assert.equal(w.control.directory.recipient('user29999@acme.test'), acme);
    const [audit] = await w.control.audit({ limit: 1 });
    assert.match(audit?.after ?? '', /"recipients":30000/);
    const fewer = await w.apply(listed(...many.slice(0, 29_000)));
    assert.deepEqual(fewer.kind === 'applied' && fewer.changes[0]?.details, ['1000 recipients removed']);
    assert.equal(w.control.directory.recipient('user29999@acme.test'), undefined);
  });
});
