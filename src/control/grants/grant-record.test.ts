import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { grantAt, grantRecord, readGrants } from './grant-record.ts';

const TOKEN = '0123456789abcdef0123456789abcdef';
const at = (text: string) => Date.parse(text);

describe('records', () => {
  test('what is asked for is what is read', () => {
    const { name, text } = grantRecord('shop.test', { token: TOKEN, stream: 'bulk' });
    assert.equal(name, '_easymail-grant.shop.test');
    assert.deepEqual(readGrants([text], TOKEN), { grants: [{ stream: 'bulk' }], faults: [] });
  });

  test('days are whole, in UTC', () => {
    const { grants } = readGrants([`easymail-grant=${TOKEN}; stream=bulk; from=2026-12-01; until=2027-03-01`], TOKEN);
    assert.deepEqual(grants, [{ stream: 'bulk', from: at('2026-12-01T00:00Z'), until: at('2027-03-02T00:00Z') }]);
  });

  test('a record that names another customer grants nothing, and is no fault', () => {
    assert.deepEqual(readGrants([`easymail-grant=${'f'.repeat(32)}`, 'v=spf1 -all', ''], TOKEN), {
      grants: [],
      faults: [],
    });
  });

  test('a word that only begins with the token is another word', () => {
    assert.deepEqual(readGrants([`easymail-grant=${TOKEN}=x`, `easymail-grant=${TOKEN}x`], TOKEN).grants, []);
  });

  for (const tags of [
    'strem=bulk',
    'stream=',
    'stream=a b',
    'from=soon',
    'until=2027-02-30',
    'stream=bulk; stream=news',
    'from=2027-01-01; until=2026-01-01',
    'from=2027-01-01T10:00',
    'until=2027-02-30T10:00Z',
    'stream=bulk=news',
    'until=2027-03-01=x',
  ]) {
    test(`"${tags}" grants nothing, and says why`, () => {
      const { grants, faults } = readGrants([`easymail-grant=${TOKEN}; ${tags}`], TOKEN);
      assert.equal(grants.length, 0);
      assert.equal(faults.length, 1);
    });
  }
});

describe('what is in force', () => {
  const records = [{ stream: 'bulk', from: 100, until: 200 }];

  test('nothing before, the stream within, nothing after', () => {
    assert.deepEqual(grantAt(records, 99), { clash: false, changesAt: 100 });
    assert.deepEqual(grantAt(records, 100), { stream: 'bulk', clash: false, changesAt: 200 });
    assert.deepEqual(grantAt(records, 199), { stream: 'bulk', clash: false, changesAt: 200 });
    assert.deepEqual(grantAt(records, 200), { clash: false });
  });

  test('two streams at a time are none, unless all are granted', () => {
    const two = [{ stream: 'bulk' }, { stream: 'news' }];
    assert.deepEqual(grantAt(two, 0), { clash: true });
    assert.deepEqual(grantAt([...two, { stream: '*' }], 0), { stream: '*', clash: false });
    assert.deepEqual(grantAt([], 0), { clash: false });
  });
});
