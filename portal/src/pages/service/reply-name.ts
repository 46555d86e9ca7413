// Names of replies for people: the usual refusals in words, the others as the trace calls them.

import { useTranslation } from 'react-i18next';
import type words from '../../words/en/service.json';

type Named = keyof typeof words.replies;

const NAMED: ReadonlySet<string> = new Set<Named>([
  'relayDenied',
  'senderDenied',
  'fromDenied',
  'recipientUnknown',
  'recipientSuppressed',
  'greylisted',
  'listed',
  'strangersWait',
  'tooManyFromSource',
  'tooOftenFromSource',
  'tooManyConnections',
  'earlyTalker',
  'notSmtp',
  'timeout',
  'authFailed',
  'tooLarge',
  'virusFound',
  'spamRefused',
  'contentRefused',
  'dmarcRefused',
  'spfRefused',
  'senderSlowed',
  'senderLocked',
  'customerSuspended',
  'inspectLater',
  'tooBusy',
  'storageFull',
]);

export function useReplyName(): (name: string) => string {
  const { t } = useTranslation('service');
  return (name) => (NAMED.has(name) ? t(`replies.${name as Named}`) : name);
}
