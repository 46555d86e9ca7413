// What happens once both tests have passed; the MX is changed last.

import { List, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useCall } from '../../../api/queries.ts';
import { DnsCard } from '../../../parts/dns-card.tsx';
import { Panel } from '../../../parts/panel.tsx';

export function NextSteps({ token, hasInbound }: { token: string; hasInbound: boolean }) {
  const { t } = useTranslation('joining');
  const records = useCall('getOnboardingRecords', { link: token }, { enabled: hasInbound });
  const mx = (records.data?.entries ?? []).filter(({ purpose }) => purpose === 'mx');
  return (
    <Panel title={t('next.title')} order={3}>
      <Stack>
        <List type="ordered" size="sm" spacing="xs">
          <List.Item>{t('next.approval')}</List.Item>
          <List.Item>{t('next.test')}</List.Item>
          <List.Item>{t('next.live')}</List.Item>
          {hasInbound && <List.Item>{t('next.mx')}</List.Item>}
          <List.Item>{t('next.after')}</List.Item>
        </List>
        {mx.map((record) => (
          <DnsCard key={`${record.host} ${record.value}`} record={record} check={undefined} />
        ))}
      </Stack>
    </Panel>
  );
}
