import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LANGUAGES, textsFor } from './languages.ts';
import { fill } from './texts.ts';
import { ENGLISH } from './texts-en.ts';

/** Every text of a catalogue with its path. */
function textsOf(value: object, path = ''): [string, string][] {
  return Object.entries(value).flatMap(([key, text]: [string, unknown]) => {
    const at = `${path}/${key}`;
    return typeof text === 'string' ? [[at, text] as [string, string]] : textsOf(text as object, at);
  });
}

function placeholders(text: string): string[] {
  return [...text.matchAll(/\{\w+\}/g)].map(([whole]) => whole).sort();
}

test('no language lacks a text, and each text has the places of the English one', () => {
  const english = textsOf(ENGLISH);
  for (const [name, catalogue] of LANGUAGES) {
    const texts = new Map(textsOf(catalogue));
    assert.deepEqual([...texts.keys()].sort(), english.map(([path]) => path).sort(), name);
    for (const [path, text] of english) {
      const other = texts.get(path) ?? '';
      assert.equal(other === '', text === '', `${name}${path}`);
      assert.deepEqual(placeholders(other), placeholders(text), `${name}${path}`);
      if (catalogue !== ENGLISH && text !== '' && !['/tag', '/dates'].includes(path)) {
        assert.notEqual(other, text, `${name}${path} is still English`);
      }
    }
  }
});

test('an explanation is made of full sentences', () => {
  for (const [name, { causes, classes, suppressed }] of LANGUAGES) {
    for (const { what, advice } of [...Object.values(causes), ...Object.values(classes), suppressed]) {
      assert.match(what, /^\p{Lu}.*\.$/u, name);
      assert.match(advice, /^\p{Lu}.*\.$/u, name);
    }
  }
});

test('a customer gets its language, of whatever country; Luxembourgish reads German, what we lack English', () => {
  assert.equal(textsFor('fr-LU').tag, 'fr');
  assert.equal(textsFor('de').tag, 'de');
  assert.equal(textsFor('lb').tag, 'de');
  assert.equal(textsFor('pt').tag, 'en');
});

test('a value is not looked through for placeholders', () => {
  assert.equal(fill('{host} said {what}', { host: '{what}', what: 'x' }), '{what} said x');
});
