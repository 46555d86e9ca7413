import { Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/call.ts';
import { ConfirmAct } from '../../../parts/confirm-act.tsx';
import type { Domain } from './domain-panel.tsx';

/** Takes a domain away with its keys. */
export function RemoveDomain({ customer, domain, close }: { customer: string; domain: Domain; close: () => void }) {
  const { t } = useTranslation('joining');
  const queries = useQueryClient();
  const act = async () => {
    await call('removeDomain', { path: { customer, domain: domain.name } });
    await queries.invalidateQueries({ queryKey: ['listDomains'] });
    void queries.invalidateQueries({ queryKey: ['getRecords'] });
    void queries.invalidateQueries({ queryKey: ['getChecks'] });
  };
  return (
    <ConfirmAct
      title={t('ownDomains.removeOf', { name: domain.name })}
      verb={t('ownDomains.remove')}
      danger
      typed={domain.name}
      act={act}
      close={close}
    >
      <Text size="sm">{t('ownDomains.removeHint')}</Text>
    </ConfirmAct>
  );
}
