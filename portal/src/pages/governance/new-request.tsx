// Asking for what is kept about an address: a copy of it, or that it is erased.

import { Checkbox, Select, Stack, Text, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct } from '../../api/queries.ts';
import { ConfirmAct } from '../../parts/confirm-act.tsx';
import { faultOf } from '../../parts/field-faults.tsx';
import { CustomerSelect } from './customer-select.tsx';

export type RequestKind = 'export' | 'erasure';

interface NewRequestProps {
  kind?: RequestKind;
  address?: string;
  /** Absent: it is asked for. */
  customer?: string | undefined;
  close: () => void;
}

export function NewRequest(props: NewRequestProps) {
  const { t } = useTranslation('governance');
  const navigate = useNavigate();
  const [kind, setKind] = useState<RequestKind>(props.kind ?? 'export');
  const [address, setAddress] = useState(props.address ?? '');
  const [customer, setCustomer] = useState<string | null>(props.customer ?? null);
  const [lifts, setLifts] = useState(false);
  const ask = useAct('openPrivacyRequest', { changes: ['listPrivacyRequests'] });
  const act = async (reason: string) => {
    const suppression = kind === 'erasure' && lifts ? 'erase' : 'keep';
    const body = { kind, address: address.trim(), reason, suppression } as const;
    const { id } = await ask.mutateAsync({ path: { customer: customer ?? '' }, body });
    await navigate({
      to: '.',
      search: (before: object) => ({ ...before, tab: 'requests', request: id }),
    });
  };
  return (
    <ConfirmAct
      title={kind === 'export' ? t('requests.askExport') : t('requests.askErasure')}
      verb={kind === 'export' ? t('requests.export') : t('requests.erase')}
      danger={kind === 'erasure'}
      {...(kind === 'erasure' && address.trim() !== '' && { typed: address.trim() })}
      reason="needed"
      waiting={customer === null || !address.includes('@')}
      act={act}
      close={props.close}
    >
      <Stack gap="md">
        {props.customer === undefined && <CustomerSelect value={customer} change={setCustomer} required />}
        {props.kind === undefined && (
          <Select
            label={t('requests.kind')}
            data={(['export', 'erasure'] as const).map((value) => ({ value, label: t(`requests.kinds.${value}`) }))}
            value={kind}
            allowDeselect={false}
            onChange={(value) => setKind(value === 'erasure' ? 'erasure' : 'export')}
          />
        )}
        {props.address === undefined && (
          <TextInput
            label={t('address.label')}
            type="email"
            required
            value={address}
            error={faultOf(ask.error, 'address')}
            onChange={(event) => setAddress(event.currentTarget.value)}
          />
        )}
        <Text size="sm">{kind === 'export' ? t('requests.exportText') : t('requests.erasureText')}</Text>
        {kind === 'erasure' && (
          <Checkbox
            label={t('requests.suppression')}
            description={t('requests.suppressionHint')}
            checked={lifts}
            onChange={(event) => setLifts(event.currentTarget.checked)}
          />
        )}
      </Stack>
    </ConfirmAct>
  );
}
