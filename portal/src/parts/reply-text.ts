// What a refusal of ours means, by the name of its reply.

import { useTranslation } from 'react-i18next';

/** A sentence for each refusal; the name as it is for what is no name of one. */
export function useReplyText(): (name: string) => string {
  const { t, i18n } = useTranslation('replies');
  return (name) => (i18n.exists(`reply.${name}`, { ns: 'replies' }) ? t(`reply.${name}` as 'reply.relayDenied') : name);
}
