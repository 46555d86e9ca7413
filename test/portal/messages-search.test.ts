import assert from 'node:assert/strict';
import { test } from 'node:test';
import { localMoment, utcMoment } from '../../portal/src/pages/messages/own-range.ts';
import { isNarrowed, queryOf, rangeOf, searchPart } from '../../portal/src/pages/messages/search-query.ts';

test('the address becomes the query of the API', () => {
  assert.equal(queryOf({}), 'since:2d');
  assert.equal(queryOf({ status: 'bounced,expired', range: '24h' }), 'status:bounced,expired since:24h');
  assert.equal(queryOf({ q: ' mailbox full ', range: 'all' }), 'mailbox full');
  assert.equal(queryOf({ from: 'a b@c.test', range: 'all' }), 'from:"a b@c.test"');
  assert.equal(queryOf({ refused: 'only', range: '1h' }), 'status:rejected since:1h');
  assert.ok(!queryOf({ refused: 'without' }).includes('rejected'));
  assert.equal(
    queryOf({ range: 'own', since: '2026-11-20', until: '2026-11-21' }),
    'since:2026-11-20 until:2026-11-21',
  );
  assert.equal(queryOf({ range: 'own' }), '');
});

test('who asks for somebody is shown all that is kept, others the last days', () => {
  assert.equal(rangeOf({}), '2d');
  assert.equal(rangeOf({ status: 'bounced' }), '2d');
  assert.equal(rangeOf({ to: 'bob@example.org' }), 'all');
  assert.equal(rangeOf({ to: 'bob@example.org', range: '1h' }), '1h');
  assert.equal(rangeOf({ range: 'nonsense' }), '2d');
});

test('only what is a search is kept under a name, and narrows', () => {
  assert.deepEqual(searchPart({ q: 'x', open: 'y', customer: 'acme', status: '' }), { q: 'x' });
  assert.equal(isNarrowed({ range: '1h', open: 'x' }), false);
  assert.equal(isNarrowed({ class: 'policy' }), true);
});

test('moments of the address are UTC, those of the field local', () => {
  for (const text of ['2026-11-22T08:30', '2026-07-01T23:59'])
    assert.equal(utcMoment(localMoment(text, 'since')), text);
  assert.equal(utcMoment(localMoment('2026-11-22T08:30:59', 'until')), '2026-11-22T08:30');
  assert.equal(utcMoment(localMoment('2026-11-22', 'since')), '2026-11-22T00:00');
  assert.equal(utcMoment(localMoment('2026-11-22', 'until')), '2026-11-22T23:59');
  assert.equal(localMoment('yesterday', 'since'), '');
  assert.equal(utcMoment(''), undefined);
});
