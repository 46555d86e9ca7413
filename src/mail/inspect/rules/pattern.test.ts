import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { compilePattern } from './pattern.ts';
import { PatternError } from './pattern-syntax.ts';

test('what a pattern matches: the leftmost, the longest', () => {
  for (const [pattern, text, expected] of [
    ['a+b', 'xaaab aab', ['aaab', 'aab']],
    ['\\d+', '12345 6 77 6', ['12345', '6', '77']],
    ['\\bfoo\\b', 'food foo', ['foo']],
    ['\\Boo', 'oo foo', ['oo']],
    ['^x$', 'a\r\nx\r\nb', ['x']],
    ['foo.{0,30}bar', 'foo\nbar foo the bar', ['foo the bar']],
    ['(a|ab)(c|bcd)', 'abcd', ['abcd']],
    ['[^a-c]+', 'abcdefabc', ['def']],
    ['[]x-]+', 'a]-x', [']-x']],
    ['é', 'É', ['É']],
    ['(?-i)A', 'aA', ['A']],
    ['ba*', 'baab', ['baa', 'b']],
    ['\\x41\\u00e9', 'aÉ', ['aÉ']],
    ['a{2,3}', 'aaaaa', ['aaa', 'aa']],
    ['(?:ab){2}', 'ababab', ['abab']],
    ['\\w+@\\w+\\.lu', 'jos@post.lu, émile@post.lu', ['jos@post.lu', 'émile@post.lu']],
  ] as const)
    assert.deepEqual([...compilePattern(pattern).matches(text, 10)], expected, pattern);
});

test('what cannot be read, or would match anything, is refused with the place', () => {
  for (const pattern of [
    '(',
    ')',
    'a)',
    '[',
    '[b-a]',
    '*a',
    'a**',
    'a{3,2}',
    'a{999}',
    '(?=a)',
    '(?<n>a)',
    '\\1',
    '\\p{L}',
    '\\',
    'a*',
    'x?',
    '',
    '^$',
    '(a{100}){100}',
    'a'.repeat(1001),
  ])
    assert.throws(
      () => compilePattern(pattern),
      (error) => error instanceof PatternError && /at character \d/.test(error.message),
      pattern,
    );
});

test('only so many matches are looked for', () => {
  assert.equal(compilePattern('\\d').matches('1234567890', 3).size, 3);
});

const piece = fc.constantFrom(
  'a',
  'b',
  'c',
  '.',
  '[ab]',
  '[^a]',
  '\\d',
  '\\w',
  '\\b',
  'a+',
  'b*',
  'c?',
  '(ab|c)',
  '(a|b)+',
  'b{2}',
  'a{1,2}',
  '|',
  '^',
  '$',
  '(?:bc)*',
);
const pattern = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join(''));
const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', ' ', '\n', 'A'), maxLength: 25 });

test('it agrees with the regular expressions of the language', () => {
  fc.assert(
    fc.property(pattern, text, (source, subject) => {
      const oracle = new RegExp(source, 'im');
      let compiled: ReturnType<typeof compilePattern>;
      try {
        compiled = compilePattern(source);
      } catch (error) {
        assert.ok(error instanceof PatternError);
        return;
      }
      assert.equal(compiled.test(subject), oracle.test(subject));
      // Out of its place an edge is another.
      const isFree = !/[\^$]|\\b/.test(source.replaceAll('[^a]', ''));
      for (const match of isFree ? compiled.matches(subject, 50) : [])
        assert.match(match, new RegExp(`^(?:${source})$`, 'i'));
      if (oracle.test(subject) && oracle.exec(subject)?.[0] !== '') assert.ok(compiled.matches(subject, 50).size > 0);
    }),
    { numRuns: Number(process.env['EASYMAIL_FUZZ_RUNS'] ?? 3000) },
  );
});

test('a match around an edge that counts by itself is found', () => {
  assert.deepEqual([...compilePattern('\\b|.a').matches(' a', 5)], [' a']);
});

test('no text makes a search slow: twice the text takes twice the time', () => {
  const slow = [
    ['(a+)+$', `${'a'.repeat(50_000)}!`],
    ['(a|aa)+b', 'a'.repeat(100_000)],
    ['a.*b.*c.*d', 'abc'.repeat(30_000)],
    ['(a|b)*a(a|b){60}c', 'abbab'.repeat(20_000)],
    ['x.{0,100}y', 'x'.repeat(100_000)],
    ['\\b|-{0,100}y', '-'.repeat(100_000).concat('a')],
  ] as const;
  for (const [source, subject] of slow) {
    const compiled = compilePattern(source);
    const began = process.cpuUsage();
    compiled.test(subject);
    compiled.matches(subject, 1000);
    const { user } = process.cpuUsage(began);
    assert.ok(user < 3_000_000, `${source} took ${user / 1000} ms`);
  }
});
