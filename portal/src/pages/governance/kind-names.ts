// Kinds of data by the name that people know them under.

import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type governance from '../../words/en/governance.json';

type Known = keyof typeof governance.kinds;

/** The name of a kind; one that is not known yet by the relay's own word. */
export function useKindName(): (kind: string) => string {
  const { t, i18n } = useTranslation('governance');
  return useCallback(
    (kind) => {
      const key = kind.replaceAll(' ', '_');
      return i18n.exists(`kinds.${key}`, { ns: 'governance' }) ? t(`kinds.${key as Known}`) : kind;
    },
    [t, i18n],
  );
}

type Found = keyof typeof governance.found;

/** The name of what an export or an erasure counts. */
export function useFoundName(): (kind: string) => string {
  const { t, i18n } = useTranslation('governance');
  return useCallback(
    (kind) => {
      const key = kind.replaceAll(',', '').replaceAll(' ', '_');
      return i18n.exists(`found.${key}`, { ns: 'governance' }) ? t(`found.${key as Found}`) : kind;
    },
    [t, i18n],
  );
}
