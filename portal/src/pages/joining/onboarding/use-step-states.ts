// How far each step is, and what is in it.

import { useTranslation } from 'react-i18next';
import { type StepId, type StepState, stepOf } from './step-list.tsx';
import type { DraftState } from './use-draft.ts';
import type { Onboarded } from './wizard.tsx';

export function useStepStates({ draft, faults }: DraftState, data: Onboarded): readonly StepState[] {
  const { t } = useTranslation('joining');
  const { may_change: mayChange, customer } = data;
  const entered = (id: StepId, isFilled: boolean): StepState['state'] => {
    if (mayChange && faults.some((fault) => stepOf(fault) === id)) return 'faulty';
    return isFilled ? 'done' : 'open';
  };
  const domains = draft.domains.filter(({ name }) => name.trim() !== '');
  const hosts = draft.mailhosts.filter(({ host }) => host.trim() !== '').length;
  const sources = draft.sources.filter(({ network }) => network.trim() !== '').length;
  const people = draft.administrators.length;
  return [
    {
      id: 'you',
      state: entered('you', people > 0),
      summary: people === 0 ? t('summary.nobody') : t('summary.people', { count: people }),
    },
    {
      id: 'domains',
      state: entered('domains', domains.length > 0),
      summary: domains.length === 0 ? t('summary.none') : t('summary.domains', { count: domains.length }),
    },
    {
      id: 'servers',
      state: entered('servers', hosts + sources > 0),
      summary:
        hosts + sources === 0
          ? t('summary.none')
          : `${t('summary.hosts', { count: hosts })}, ${t('summary.sources', { count: sources })}`,
    },
    { id: 'dns', state: domains.length === 0 ? 'later' : 'open', summary: t('summary.dns') },
    {
      id: 'submit',
      state: mayChange ? 'open' : 'done',
      summary: mayChange ? t('summary.submit') : t('summary.submitted'),
    },
    {
      id: 'test',
      state: customer.stage === 'verifying' ? 'open' : 'later',
      summary: customer.stage === 'verifying' ? t('summary.testing') : t('summary.later'),
    },
  ];
}
