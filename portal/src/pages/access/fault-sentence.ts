// What went wrong, in the language of the person, where a form knows better than the API what a status means.

import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../../api/problem.ts';

/** A sentence for a problem: `known` by status, or what fits any. */
export function useFaultSentence(): (error: unknown, known?: Readonly<Record<number, string>>) => string {
  const { t } = useTranslation('access');
  return (error, known = {}) => {
    if (!(error instanceof ApiProblem)) return t('common.failed');
    const sentence = known[error.status];
    if (sentence !== undefined) return sentence;
    if (error.status === 0) return t('common.unreachable');
    if (error.status === 503) return t('common.later');
    return error.message === '' ? t('common.failed') : error.message;
  };
}
