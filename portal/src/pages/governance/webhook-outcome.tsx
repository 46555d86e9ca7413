// What came of an attempt: the answer's status, or why there was none.

import { useTranslation } from 'react-i18next';
import type governance from '../../words/en/governance.json';

type Known = keyof typeof governance.results;

export function Outcome({ status, result }: { status: number | null; result: string }) {
  const { t, i18n } = useTranslation('governance');
  const known = i18n.exists(`results.${result}`, { ns: 'governance' });
  const word = known ? t(`results.${result as Known}`) : result;
  return status === null ? word : `HTTP ${status} (${word})`;
}
