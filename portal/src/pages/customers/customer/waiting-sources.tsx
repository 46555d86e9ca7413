// Sources that the customer added itself: they wait for the operator's yes.

import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct, useCall } from '../../../api/queries.ts';
import { ConfirmAct } from '../../../parts/confirm-act.tsx';
import { Panel } from '../../../parts/panel.tsx';
import { Failing } from '../../../parts/states.tsx';
import { useMay } from '../../../session.ts';
import { ABOUT_CUSTOMER } from './about-customer.ts';

export function WaitingSources({ customer }: { customer: string }) {
  const { t } = useTranslation('customers');
  const may = useMay('customers:approve');
  const sources = useCall('listSources', { path: { customer } });
  const approve = useAct('approveSource', { changes: ABOUT_CUSTOMER });
  const block = useAct('blockSource', { changes: ABOUT_CUSTOMER });
  const [refused, setRefused] = useState<string>();
  const waiting = sources.data?.entries.filter(({ state }) => state === 'waiting') ?? [];
  if (waiting.length === 0) return null;
  return (
    <Panel title={t('waitingSources.title')} hint={t('waitingSources.hint')}>
      <Stack gap="xs">
        {approve.error !== null && <Failing error={approve.error} />}
        {waiting.map(({ network, proof }) => (
          <Group key={network} justify="space-between" gap="xs">
            <Text size="sm">
              {network}
              {proof !== undefined && ` · ${t(`told.proof.${proof.kind}`)}`}
            </Text>
            {may && (
              <Group gap="xs">
                <Button size="compact-sm" variant="default" onClick={() => setRefused(network)}>
                  {t('waitingSources.refuse')}
                </Button>
                <Button
                  size="compact-sm"
                  loading={approve.isPending}
                  onClick={() => approve.mutate({ path: { customer, network } })}
                >
                  {t('waitingSources.approve')}
                </Button>
              </Group>
            )}
          </Group>
        ))}
      </Stack>
      {refused !== undefined && (
        <ConfirmAct
          title={t('waitingSources.refuseTitle', { network: refused })}
          verb={t('waitingSources.refuse')}
          reason="needed"
          act={(reason) => block.mutateAsync({ path: { customer, network: refused }, body: { reason } })}
          close={() => setRefused(undefined)}
        >
          <Text size="sm">{t('waitingSources.refuseHint')}</Text>
        </ConfirmAct>
      )}
    </Panel>
  );
}
