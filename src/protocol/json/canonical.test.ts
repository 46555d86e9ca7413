import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalJson } from './canonical.ts';

test('RFC 8785 3.2.3: names in the order of UTF-16 code units, at every depth', () => {
  // The example of the RFC.
  const value = {
    '\u20ac': 'Euro Sign',
    '\r': 'Carriage Return',
    '\ufb33': 'Hebrew Letter Dalet With Dagesh',
    1: 'One',
    '\ud83d\ude00': 'Emoji: Grinning Face',
    '\u0080': 'Control',
    '\u00f6': 'Latin Small Letter O With Diaeresis',
  };
  assert.deepEqual(JSON.parse(canonicalJson([value])), [value]);
  const order = [...canonicalJson(value).matchAll(/:"([A-Z][a-z]+)/g)].map(([, word]) => word);
  assert.deepEqual(order, ['Carriage', 'One', 'Control', 'Latin', 'Euro', 'Emoji', 'Hebrew']);
  assert.equal(canonicalJson({ b: [{ z: 1, a: null }], a: true }), '{"a":true,"b":[{"a":null,"z":1}]}');
});

test('RFC 8785 3.2.2.2: texts are escaped as little as can be', () => {
  assert.equal(canonicalJson('\u20ac$\u000f\nA\'B"\\/é'), '"€$\\u000f\\nA\'B\\"\\\\/é"');
});

test('what has no one form is refused', () => {
  for (const value of [1.5, NaN, -0, 2 ** 53, '\ud800', undefined, () => 1, 1n]) {
    assert.throws(() => canonicalJson(value), TypeError);
  }
});

test('it reads back as the same value, whatever the order of names was', () => {
  const json = fc.letrec((tie) => ({
    value: fc.oneof(
      fc.constant(null),
      fc.boolean(),
      fc.maxSafeInteger(),
      fc.string({ unit: 'grapheme' }),
      tie('list'),
      tie('object'),
    ),
    list: fc.array(tie('value'), { maxLength: 4 }),
    object: fc.dictionary(fc.string(), tie('value'), { maxKeys: 4 }),
  })).value;
  fc.assert(
    fc.property(json, (value) => {
      const plain: unknown = JSON.parse(JSON.stringify(value));
      assert.deepEqual(JSON.parse(canonicalJson(plain)), plain);
      const turned: unknown = JSON.parse(JSON.stringify(plain), (_, member: unknown) =>
        typeof member === 'object' && member !== null && !Array.isArray(member)
          ? Object.fromEntries(Object.entries(member).toReversed())
          : member,
      );
      assert.equal(canonicalJson(turned), canonicalJson(plain));
    }),
  );
});
