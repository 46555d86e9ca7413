import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { phraseTable, wordsOf } from './phrase-table.ts';

test('words: lower case, without accents, addresses, numbers and apostrophes', () => {
  assert.deepEqual(wordsOf("550-5.1.1 <a.b@c.test>: The user DOESN'T exist (RecipientNotFound)"), [
    'the',
    'user',
    'doesnt',
    'exist',
    'recipient',
    'not',
    'found',
  ]);
  assert.deepEqual(wordsOf('Empfänger unbekannt; boîte pleine; ofr_506 [506]'), [
    'empfanger',
    'unbekannt',
    'boite',
    'pleine',
    'ofr506',
  ]);
  assert.deepEqual(wordsOf('送信エラー 550'), []);
});

test('the first row counts, wherever its phrase stands', () => {
  const table = phraseTable([['over quota'], ['user * unknown', 'unbekann~'], ['quota']]);
  const find = (text: string) => table.find(wordsOf(text));
  assert.equal(find('the user somebody is unknown and over quota'), 0);
  assert.equal(find('user of this name unknown'), 1);
  assert.equal(find('unbekannter Benutzer'), 1);
  assert.equal(find('quota of the user'), 2);
  assert.equal(find('user a b c d e f g h unknown'), -1, 'seven words are the widest gap');
  assert.equal(find(''), -1);
});

test('a phrase that could never be found is refused', () => {
  for (const phrase of ['User', 'ab~', 'a, b', 'é']) assert.throws(() => phraseTable([[phrase]]), /never be found/);
});

test('any text is read in time that grows with it alone', () => {
  const table = phraseTable([['a * b * c'], ['a bbb~ c'], ['aaa~ * bbb']]);
  fc.assert(fc.property(fc.string({ maxLength: 400 }), (text) => table.find(wordsOf(text)) >= -1));
  const hostile = 'a aaa '.repeat(50_000);
  const begun = performance.now();
  table.find(wordsOf(hostile));
  assert.ok(performance.now() - begun < 1000, 'a hostile text took more than a second');
});
