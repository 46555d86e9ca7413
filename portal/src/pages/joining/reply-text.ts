// What a refusal of ours means, by the name of its reply.

import { useTranslation } from 'react-i18next';

/** A sentence for those that are about senders, sources and customers; the name for others. */
export function useReplyText(): (name: string) => string {
  const { t, i18n } = useTranslation('joining');
  return (name) => (i18n.exists(`reply.${name}`, { ns: 'joining' }) ? t(`reply.${name}` as 'reply.relayDenied') : name);
}
