// What was done, and to what, in words. The audit's own names stay the ones that are searched for.

import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type governance from '../../words/en/governance.json';

type Action = keyof typeof governance.actions;
type Kind = keyof typeof governance.objects;
type Term = keyof typeof governance.objectTerms;

/** The kind of an object, and which one. */
const OBJECT = /^(privacy request|first administrator|\S+)(?: (.*))?$/s;

/** How many words after the kind are the relay's own. */
const TERMS: Readonly<Record<string, number>> = { identity: 1, protection: 2 };

interface AuditNames {
  action(name: string): string;
  object(name: string): string;
}

/** Names in words; one that the catalogue does not know as the audit has it. */
export function useAuditNames(): AuditNames {
  const { t, i18n } = useTranslation('governance');
  return useMemo(() => {
    const known = (path: string) => i18n.exists(path, { ns: 'governance' });
    const term = (word: string) => (known(`objectTerms.${keyOf(word)}`) ? t(`objectTerms.${word as Term}`) : word);
    return {
      action(name) {
        const key = keyOf(name);
        return known(`actions.${key}`) ? t(`actions.${key as Action}`) : name;
      },
      object(name) {
        const [, kind = '', which] = OBJECT.exec(name) ?? [];
        const key = keyOf(kind);
        if (key === '' || !known(`objects.${key}`)) return name;
        const words = which?.split(' ').map((word, at) => (at < (TERMS[kind] ?? 0) ? term(word) : word)) ?? [];
        return [t(`objects.${key as Kind}`), ...words].join(' ');
      },
    };
  }, [t, i18n]);
}

function keyOf(name: string): string {
  return name.replaceAll(/[^a-z]+/g, '_');
}
