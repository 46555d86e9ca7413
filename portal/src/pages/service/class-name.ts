// Classes of bounces in words.

import { useTranslation } from 'react-i18next';
import type words from '../../words/en/service.json';

type Named = keyof typeof words.classes;

const NAMED: ReadonlySet<string> = new Set<Named>([
  'invalid_address',
  'mailbox_unavailable',
  'content',
  'reputation',
  'volume',
  'technical',
  'authentication',
  'policy',
  'unclassified',
]);

export function useClassName(): (name: string) => string {
  const { t } = useTranslation('service');
  return (name) => (NAMED.has(name) ? t(`classes.${name as Named}`) : name);
}
