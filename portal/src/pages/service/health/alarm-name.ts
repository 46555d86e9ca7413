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

/** What an alarm means, and what to do first; nothing for one that the portal does not know. */
export function useAlarmWords(): (name: string) => { meaning: string; first: string } | undefined {
  const { t } = useTranslation('service');
  return (name) => {
    if (!NAMED.has(name)) return undefined;
    const known = name as Named;
    return { meaning: t(`alarms.meanings.${known}`), first: t(`alarms.first.${known}`) };
  };
}
