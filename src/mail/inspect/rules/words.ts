// Many words and phrases looked for in one pass over a text (Aho and Corasick, 1975).

import { foldText } from './fold.ts';

export interface WordFinder {
  /** The different words that stand in the text, as they were given; whole words only, whatever their case. */
  find(text: string): Set<string>;
}

interface Place {
  next: Map<string, Place>;
  fallback: Place | undefined;
  /** Words that end here, longest first. */
  ends: { word: string; length: number }[];
}

const WORD_SIGN = /[\p{L}\p{M}\p{N}_]/u;

/** Makes a finder; empty words are left out. */
export function wordFinder(words: readonly string[]): WordFinder {
  const root = buildTree(words);
  return {
    find(text) {
      const folded = foldText(text);
      const found = new Set<string>();
      let place = root;
      for (let at = 0; at < folded.length; at++) {
        const sign = folded[at] ?? '';
        while (place.fallback !== undefined && !place.next.has(sign)) place = place.fallback;
        place = place.next.get(sign) ?? root;
        for (const { word, length } of place.ends) {
          if (!found.has(word) && isWhole(folded, at + 1 - length, at + 1)) found.add(word);
        }
      }
      return found;
    },
  };
}

function buildTree(words: readonly string[]): Place {
  const root: Place = { next: new Map(), fallback: undefined, ends: [] };
  for (const word of words) {
    const folded = foldText(word).trim();
    if (folded === '') continue;
    let place = root;
    for (let at = 0; at < folded.length; at++) {
      const sign = folded[at] ?? '';
      const known = place.next.get(sign) ?? { next: new Map<string, Place>(), fallback: root, ends: [] };
      place.next.set(sign, known);
      place = known;
    }
    place.ends.push({ word, length: folded.length });
  }
  const open = [...root.next.values()];
  for (let place = open.shift(); place !== undefined; place = open.shift()) {
    for (const [sign, child] of place.next) {
      let back = place.fallback;
      while (back !== undefined && !back.next.has(sign)) back = back.fallback;
      child.fallback = back?.next.get(sign) ?? root;
      child.ends.push(...child.fallback.ends);
      open.push(child);
    }
  }
  return root;
}

/** No letter or digit goes on at an edge that is one itself. */
function isWhole(text: string, start: number, end: number): boolean {
  const joins = (at: number) => WORD_SIGN.test(text[at - 1] ?? ' ') && WORD_SIGN.test(text[at] ?? ' ');
  return !joins(start) && !joins(end);
}
