// What Ctrl-K finds by what is typed: each word, in any order, with accents or without.

import type { SpotlightActionData, SpotlightActionGroupData, SpotlightFilterFunction } from '@mantine/spotlight';

const folded = (text: string) => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();

/** Actions of which all words are found; first those by their names, each among its group. */
export const filterWords: SpotlightFilterFunction = (query, data) => {
  const words = folded(query).split(/\s+/);
  const named = (action: SpotlightActionData) => hasAll(action.label, words);
  const groups = data.filter((one): one is SpotlightActionGroupData => 'actions' in one);
  const found = groups
    .map(({ group, actions }) => ({ group, actions: actions.filter((one) => hasAll(textOf(one), words)) }))
    .filter(({ actions }) => actions.length > 0)
    .map(({ group, actions }) => ({ group, actions: actions.toSorted((a, b) => Number(named(b)) - Number(named(a))) }));
  return found.toSorted((a, b) => Number(b.actions.some(named)) - Number(a.actions.some(named)));
};

function textOf({ label, description, keywords }: SpotlightActionData): string {
  return [label, description, keywords].flat().join(' ');
}

function hasAll(text: string | undefined, words: readonly string[]): boolean {
  const known = folded(text ?? '');
  return words.every((word) => known.includes(word));
}
