// What alarms mean, in the language of the page.

import { useTranslation } from 'react-i18next';
import type words from '../../../words/en/service.json';

type Named = keyof typeof words.alarms.meanings;

const NAMED: ReadonlySet<string> = new Set<Named>([
  'reconciler',
  'disk',
  'no-address',
  'mailhost',
  'certificate',
  'queue-stalled',
  'clock',
  'thread-restarted',
  'signing-key',
  'sending-address',
  'trace',
  'retention',
  'backup',
  'audit',
  'checks',
  'flood',
  'dnsbl',
  'inspection',
  'sender',
  'scanner',
]);

/** Nothing for one that the portal does not know. */
export function useAlarmName(): (name: string) => string | undefined {
  const { t } = useTranslation('service');
  return (name) => (NAMED.has(name) ? t(`alarms.meanings.${name as Named}`) : undefined);
}
