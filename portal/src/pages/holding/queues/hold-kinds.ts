// Why mail is held, in the language of the page.

import { useTranslation } from 'react-i18next';
import type words from '../../../words/en/holding.json';

/** Of holds that the relay makes. Others may be made over the API: they have no words. */
const KINDS = [
  'operator',
  'restored',
  'suspended',
  'suppressed',
  'quarantine',
  'content',
  'virus',
  'identity',
] as const satisfies readonly (keyof typeof words.holdKind)[];

/** Those that the verbs of the queue lift: the others end with what they are for, or in the quarantine. */
export const LIFTED_BY_HAND = [
  'operator',
  'suppressed',
  'restored',
] as const satisfies readonly (typeof KINDS)[number][];

/** The kind of a hold in words; as it is called where it has none. */
export function useHoldKind(): (kind: string) => string {
  const { t } = useTranslation('holding');
  return (kind) => {
    const known = KINDS.find((one) => one === kind);
    return known === undefined ? kind : t(`holdKind.${known}`);
  };
}

/** All that have words, to choose from. */
export function useHoldKinds(): { value: string; label: string }[] {
  const nameOf = useHoldKind();
  return KINDS.map((value) => ({ value, label: nameOf(value) }));
}
