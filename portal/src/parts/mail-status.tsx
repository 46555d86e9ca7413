// The status of a recipient, in the words of the trade.

import { useTranslation } from 'react-i18next';
import { Chip, type MailStatus, STATUS_TONES } from './status-chip.tsx';

export function MailStatusChip({ status }: { status: MailStatus }) {
  const { t } = useTranslation('parts');
  return <Chip tone={STATUS_TONES[status]}>{t(`status.${status}`)}</Chip>;
}

/** Whether this is one of the words. */
export function isMailStatus(word: string): word is MailStatus {
  return word in STATUS_TONES;
}
