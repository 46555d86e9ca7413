// Names of replies for people: the usual refusals in a few words, the others in their sentence.

import { useTranslation } from 'react-i18next';
import { useReplyText } from '../../parts/reply-text.ts';

export function useReplyName(): (name: string) => string {
  const { t, i18n } = useTranslation('service');
  const sentence = useReplyText();
  return (name) =>
    i18n.exists(`replies.${name}`, { ns: 'service' }) ? t(`replies.${name}` as 'replies.relayDenied') : sentence(name);
}
