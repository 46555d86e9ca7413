// Suspensions: the operator's act against abuse, at once, with a reason; each is lifted alone.

import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../api/call.ts';
import { useAct, useCall } from '../../../api/queries.ts';
import { ConfirmAct } from '../../../parts/confirm-act.tsx';
import { DANGER } from '../../../parts/danger.ts';
import { Facts } from '../../../parts/facts.tsx';
import { useFormats } from '../../../parts/formats.ts';
import { Panel } from '../../../parts/panel.tsx';
import { Answered, Empty } from '../../../parts/states.tsx';
import { Chip } from '../../../parts/status-chip.tsx';
import { useMay } from '../../../session.ts';
import { ABOUT_CUSTOMER } from './about-customer.ts';
import { HoldingsPreview } from './holdings-preview.tsx';

type Customer = Answer<'getCustomer'>;
type Suspension = Answer<'listSuspensions'>['entries'][number];

export function SuspensionTab({ customer }: { customer: Customer }) {
  const { t } = useTranslation('customers');
  const suspensions = useCall('listSuspensions', { path: { customer: customer.id } });
  const maySuspend = useMay('customers:suspend');
  const [isOpen, setOpen] = useState(false);
  const suspend = useAct('suspendCustomer', { changes: ABOUT_CUSTOMER });
  const may = maySuspend && customer.stage !== 'removed';
  return (
    <Panel
      title={t('suspension.title')}
      hint={t('suspension.hint')}
      actions={
        may && (
          <Button variant="default" c={DANGER} onClick={() => setOpen(true)}>
            {t('suspension.suspend')}
          </Button>
        )
      }
    >
      <Answered query={suspensions}>
        {({ entries }) => (
          <Stack gap="sm">
            {customer.suspensions > 0 && (
              <Alert color="red" variant="light">
                {t('suspension.standing', { count: customer.suspensions })}
              </Alert>
            )}
            {entries.length === 0 && <Empty title={t('suspension.none')} hint={t('suspension.noneHint')} />}
            {entries.map((one) => (
              <SuspensionCard key={one.id} customer={customer.id} suspension={one} />
            ))}
          </Stack>
        )}
      </Answered>
      {isOpen && (
        <ConfirmAct
          title={t('suspension.suspendTitle', { customer: customer.name })}
          verb={t('suspension.suspend')}
          danger
          typed={customer.id}
          reason="needed"
          act={(reason) => suspend.mutateAsync({ path: { customer: customer.id }, body: { reason } })}
          close={() => setOpen(false)}
        >
          <Text size="sm">{t('suspension.suspendHint')}</Text>
          <HoldingsPreview customer={customer.id} about="suspension" />
        </ConfirmAct>
      )}
    </Panel>
  );
}

function SuspensionCard({ customer, suspension }: { customer: string; suspension: Suspension }) {
  const { t } = useTranslation('customers');
  const formats = useFormats();
  const maySuspend = useMay('customers:suspend');
  const [isOpen, setOpen] = useState(false);
  const lift = useAct('liftSuspension', { changes: ABOUT_CUSTOMER });
  const { id, reason, at, by, lifted_at, lifted_by, lift_reason } = suspension;
  const stands = lifted_at === undefined;
  return (
    <Stack gap={6} pb="sm" className="data-list-row">
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
            {reason}
          </Text>
          <Chip tone={stands ? 'bad' : 'idle'}>{stands ? t('suspension.stands') : t('suspension.lifted')}</Chip>
        </Group>
        {stands && maySuspend && (
          <Button size="compact-sm" variant="default" onClick={() => setOpen(true)}>
            {t('suspension.lift')}
          </Button>
        )}
      </Group>
      <Facts
        facts={[
          { name: t('suspension.since'), value: `${formats.dateTime(at)}, ${by}` },
          {
            name: t('suspension.liftedAt'),
            value:
              lifted_at === undefined ? undefined : [formats.dateTime(lifted_at), lifted_by].filter(Boolean).join(', '),
          },
          { name: t('suspension.liftReason'), value: lift_reason },
        ]}
      />
      {isOpen && (
        <ConfirmAct
          title={t('suspension.liftTitle')}
          verb={t('suspension.lift')}
          reason="needed"
          act={(why) => lift.mutateAsync({ path: { customer, suspension: String(id) }, body: { reason: why } })}
          close={() => setOpen(false)}
        >
          <Text size="sm">{t('suspension.liftHint')}</Text>
        </ConfirmAct>
      )}
    </Stack>
  );
}
