import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOTES } from '../api/note-texts.ts';
import { reasonWords } from './reason-words.ts';

const unreadable = { check: 'content', result: 'unreadable', verdict: 'quarantine', ms: 1, details: { parts: 2 } };

test('what a check noted in English stands in no sentence of another language', () => {
  for (const note of Object.values(NOTES).map((text) => text.replaceAll(/\{\w+\}/g, '3'))) {
    for (const reason of ['content', 'person'] as const) {
      const [german = ''] = reasonWords({ reasons: [reason], inspection: [unreadable], note }, 'de');
      assert.ok(!german.includes(note), german);
    }
  }
  const held = { reasons: ['content'] as const, inspection: [unreadable], note: NOTES['note-unreadable'] };
  assert.deepEqual(reasonWords({ ...held, reasons: [...held.reasons] }, 'de'), [
    'Ein Teil davon lässt sich nicht prüfen',
  ]);
});

test('what people wrote is said as they wrote it: names and notes of rules, notes of who held it', () => {
  const rule = { ...unreadable, result: 'rule', details: { parts: 2, rules: ['Words of the board'] } };
  assert.deepEqual(reasonWords({ reasons: ['content'], inspection: [rule], note: NOTES['note-part-stays'] }, 'de'), [
    'Eine Regel des Inhaltsfilters trifft zu: Words of the board',
  ]);
  assert.deepEqual(reasonWords({ reasons: ['person'], inspection: [], note: 'wait for Ann' }, 'fr'), [
    'Quelqu’un l’a retenu : wait for Ann',
  ]);
});
