// What the checks of a message say, in words; what the catalogue does not know stays as the relay calls it.

import { useTranslation } from 'react-i18next';
import { useFormats } from '../../../parts/formats.ts';
import type panel from '../../../words/en/panel.json';

type CheckWord = keyof typeof panel.check;
type ResultWord = keyof typeof panel.result;
type VerdictWord = keyof typeof panel.decision;
type DetailWord = keyof typeof panel.detail;
type TraitWord = keyof typeof panel.trait;
type DetailValue = string | number | boolean | readonly string[];

/** A part with its traits, as the check of the content tells it: `2.1: macro, encrypted`. */
const PART = /^(\S+): ([a-z-]+(?:, [a-z-]+)*)$/;

export function useCheckWords() {
  const { t, i18n } = useTranslation('panel');
  const formats = useFormats();
  const known = (path: string) => i18n.exists(path, { ns: 'panel' });
  const trait = (name: string) => (known(`trait.${name}`) ? t(`trait.${name as TraitWord}`) : name);
  const found = (text: string) => {
    const [, part, traits] = PART.exec(text) ?? [];
    return part === undefined || traits === undefined ? text : `${part}: ${traits.split(', ').map(trait).join(', ')}`;
  };
  return {
    check: (name: string) => (known(`check.${name}`) ? t(`check.${name as CheckWord}`) : name),
    result: (name: string) => {
      const key = name.replaceAll(/[ -]/g, '_');
      return known(`result.${key}`) ? t(`result.${key as ResultWord}`) : name;
    },
    verdict: (name: string) => (known(`decision.${name}`) ? t(`decision.${name as VerdictWord}`) : name),
    detail: (name: string) => (known(`detail.${name}`) ? t(`detail.${name as DetailWord}`) : name.replaceAll('_', ' ')),
    value: (name: string, value: DetailValue) => {
      if (typeof value === 'boolean') return t(value ? 'yes' : 'no');
      if (typeof value === 'number') return formats.number(value);
      if (typeof value === 'string') return value;
      return value.map((one) => (name === 'found' ? found(one) : one)).join(', ');
    },
  };
}
