import assert from 'node:assert/strict';
import test from 'node:test';
import { readRspamdAnswer } from './rspamd-answer.ts';

const read = (value: unknown) =>
  readRspamdAnswer(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));
const SOUND = { is_skipped: false, score: 7.25, required_score: 15, action: 'add header', symbols: {} };

test('score, action and symbols, the weightiest first', () => {
  const symbols = {
    A: { score: 0.5 },
    B: { score: -7 },
    C: { score: 3, options: ['x'] },
    D: {},
    'bad name!': { score: 9 },
  };
  assert.deepEqual(read({ ...SOUND, symbols }), {
    score: 7.25,
    action: 'add header',
    forced: false,
    symbols: [
      { name: 'B', score: -7 },
      { name: 'C', score: 3 },
      { name: 'A', score: 0.5 },
      { name: 'D', score: 0 },
    ],
  });
});

test('whether the action follows from the score, or a rule set it', () => {
  const forced = (more: object) => read({ ...SOUND, ...more })?.forced;
  assert.equal(forced({ action: 'reject', score: 16 }), false);
  assert.equal(forced({ action: 'reject', score: 15, is_skipped: true }), true, 'GTUBE');
  assert.equal(forced({ action: 'reject', score: 2 }), true, 'a forced action');
  assert.equal(forced({ action: 'soft reject' }), true);
  assert.equal(forced({ action: 'discard' }), true);
  assert.equal(forced({ action: 'greylist' }), false);
});

test('what is not a whole answer is none', () => {
  const rubbish: unknown[] = [
    '',
    'pong',
    '[]',
    'null',
    '{"score":',
    {},
    { ...SOUND, score: '7' },
    { ...SOUND, score: null },
  ];
  rubbish.push({ ...SOUND, action: 3 }, { ...SOUND, symbols: 'x' }, { error: 'cannot scan' });
  rubbish.push('{"score":1e999,"required_score":15,"action":"no action","symbols":{}}');
  rubbish.push({ score: 1, action: 'no action', symbols: {} }, { ...SOUND, symbols: undefined });
  for (const value of rubbish) assert.equal(read(value), undefined, JSON.stringify(value));
});

test('what is kept of symbols is bounded', () => {
  const symbols = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`S${i}`, { score: i }]));
  const answer = read({ ...SOUND, symbols });
  assert.equal(answer?.symbols.length, 60);
  assert.deepEqual(answer?.symbols[0], { name: 'S499', score: 499 });
});
