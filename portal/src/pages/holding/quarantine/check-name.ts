// Names of the checks, in words.

import type { useTranslation } from 'react-i18next';

const CHECKS = ['virus', 'spam', 'authentication', 'content', 'senders', 'rules'] as const;

/** A check in words; one that the catalogue does not know as it is called. */
export function checkName(check: string, t: ReturnType<typeof useTranslation<'holding'>>['t']): string {
  const known = CHECKS.find((one) => one === check);
  return known === undefined ? check : t(`checks.${known}`);
}
