// The terms of a query that a job was begun with, in words; what the catalogue does not know as the API calls it.

import { useTranslation } from 'react-i18next';
import { isMailStatus } from '../../../parts/mail-status.tsx';
import type holding from '../../../words/en/holding.json';

type Term = keyof typeof holding.jobs.terms;
type Direction = keyof typeof holding.direction;
type Reason = keyof typeof holding.quarantine.reasons;

/** What is kept of an address once the job is over. */
const GIVEN = 'given';

export type TermWords = ReturnType<typeof useTermWords>;

export function useTermWords() {
  const { t, i18n } = useTranslation(['holding', 'parts']);
  const known = (path: string) => i18n.exists(path, { ns: 'holding' });
  const shown = (name: string, value: string): string => {
    switch (name) {
      case 'from':
      case 'to':
        return value === GIVEN ? t('jobs.given') : value;
      case 'status':
        return isMailStatus(value) ? t(`parts:status.${value}`) : value;
      case 'direction':
        return known(`direction.${value}`) ? t(`direction.${value as Direction}`) : value;
      case 'reason':
        return known(`quarantine.reasons.${value}`) ? t(`quarantine.reasons.${value as Reason}`) : value;
      default:
        return value;
    }
  };
  const label = (name: string) => (known(`jobs.terms.${name}`) ? t(`jobs.terms.${name as Term}`) : name);
  return { t, term: (name: string, value: string) => `${label(name)}: ${shown(name, value)}` };
}
