// Conditions and actions as sentences of the language.

import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Formats, useFormats } from '../../parts/formats.ts';
import type { Action, Condition } from './rule-shapes.ts';

type T = ReturnType<typeof useTranslation<'protection'>>['t'];
type WordFormats = Formats & { either: (items: readonly string[]) => string };

/** Values that are named; the rest is counted. */
const MOST_NAMED = 4;

export interface RuleWords {
  condition: (condition: Condition) => string;
  action: (action: Action) => string;
}

/** Those of the language now. */
export function useRuleWords(): RuleWords {
  const { t, i18n } = useTranslation('protection');
  const known = useFormats();
  const formats = useMemo(() => {
    // Values of a condition are alternatives.
    const alternatives = new Intl.ListFormat(i18n.language, { type: 'disjunction' });
    return { ...known, either: (items: readonly string[]) => alternatives.format(items) };
  }, [known, i18n.language]);
  const condition = useCallback(
    (one: Condition) => {
      const said = saidOf(one, t, formats);
      return one.not === true ? t('said.not', { what: said }) : said;
    },
    [t, formats],
  );
  const action = useCallback((one: Action) => actionOf(one, t, formats), [t, formats]);
  return useMemo(() => ({ condition, action }), [condition, action]);
}

function saidOf(one: Condition, t: T, formats: WordFormats): string {
  const what = t(`condition.${one.on}`);
  const several = (items: readonly string[]) => t('said.in', { what, values: named(items, t, formats) });
  switch (one.on) {
    case 'direction':
      return t('said.direction', { value: t(`direction.${one.is}`) });
    case 'customer':
    case 'stream':
    case 'sender':
    case 'recipient':
    case 'attachment-type':
    case 'attachment-name':
    case 'link':
      return several(one.in);
    case 'attachment':
      return several(one.has.map((trait) => t(`trait.${trait}`)));
    case 'size':
    case 'attachment-size':
      return t('said.over', { what, value: formats.size(one.over) });
    case 'recipients':
      return t('said.over', { what, value: formats.number(one.over) });
    case 'header':
      return headerOf(one, t);
    case 'fault':
      return t('said.fault');
    case 'link-mismatch':
      return t('said.linkMismatch');
    case 'words':
    case 'pattern':
    case 'data':
      return textOf(one, t, formats);
    case 'time':
      return timeOf(one, t, formats);
    default:
      return one satisfies never;
  }
}

function headerOf({ name, has, matches }: Extract<Condition, { on: 'header' }>, t: T): string {
  if (has !== undefined && has !== '') return t('said.headerHas', { name, has });
  if (matches !== undefined && matches !== '') return t('said.headerMatches', { name, pattern: matches });
  return t('said.header', { name });
}

function textOf(one: Extract<Condition, { on: 'words' | 'pattern' | 'data' }>, t: T, formats: WordFormats): string {
  const what = whatOf(one, t, formats);
  return one.min === undefined || one.min <= 1 ? what : t('said.min', { what, count: one.min });
}

function whatOf(one: Extract<Condition, { on: 'words' | 'pattern' | 'data' }>, t: T, formats: WordFormats): string {
  switch (one.on) {
    case 'words':
      return t('said.words', { where: t(`place.${one.where}`), values: named(one.in, t, formats) });
    case 'pattern':
      return t('said.pattern', { where: t(`place.${one.where}`), pattern: one.matches });
    case 'data':
      return formats.either(one.is.map((kind) => t(`data.${kind}`)));
    default:
      return one satisfies never;
  }
}

function timeOf({ days, from, to, zone }: Extract<Condition, { on: 'time' }>, t: T, formats: WordFormats): string {
  const names = days.filter(isDay).map((day) => t(`weekday.${day}`));
  return t('said.time', { days: names.length === 0 ? t('said.everyDay') : formats.list(names), from, to, zone });
}

type Day = 1 | 2 | 3 | 4 | 5 | 6 | 7;
const isDay = (day: number): day is Day => Number.isInteger(day) && day >= 1 && day <= 7;

function actionOf(one: Action, t: T, formats: WordFormats): string {
  switch (one.do) {
    case 'header':
      return t('said.header2', { name: one.name, value: one.value });
    case 'subject-tag':
      return t('said.subject-tag', { text: one.text });
    case 'copy':
      return t('said.copy', { to: one.to });
    case 'notify':
      return t('said.notify', { to: formats.list(one.to) });
    default:
      return t(`action.${one.do}`);
  }
}

function named(items: readonly string[], t: T, formats: WordFormats): string {
  if (items.length <= MOST_NAMED) return formats.either(items);
  return t('said.more', { values: items.slice(0, MOST_NAMED).join(', '), count: items.length - MOST_NAMED });
}
