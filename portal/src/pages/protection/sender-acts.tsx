// Locking, unlocking and tolerating a sender, each with its reason.

import { Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Answer, call } from '../../api/call.ts';
import { ConfirmAct } from '../../parts/confirm-act.tsx';

export type SenderAct = 'lock' | 'unlock' | 'tolerate';

interface SenderActsProps {
  act: SenderAct;
  sender: Answer<'showSender'>;
  close: () => void;
}

const TITLES = { lock: 'senders.lockTitle', unlock: 'senders.unlockTitle', tolerate: 'senders.tolerateTitle' } as const;
const TEXTS = { lock: 'senders.lockText', unlock: 'senders.unlockText', tolerate: 'senders.tolerateText' } as const;

export function SenderActs({ act, sender, close }: SenderActsProps) {
  const { t } = useTranslation('protection');
  const queries = useQueryClient();
  const [until, setUntil] = useState('');
  const { customer, kind, name } = sender;
  const isPast = until !== '' && Date.parse(until) <= Date.now();
  const run = async (reason: string) => {
    await carryOut(act, { customer, kind, name }, { reason, until });
    await Promise.all(
      ['showSender', 'listLimitedSenders', 'listToleratedSenders'].map((id) =>
        queries.invalidateQueries({ queryKey: [id] }),
      ),
    );
  };
  return (
    <ConfirmAct
      title={t(TITLES[act], { name })}
      verb={t(`senders.panel.${act}`)}
      danger={act === 'lock'}
      reason="needed"
      waiting={isPast || (act === 'tolerate' && until === '')}
      act={run}
      close={close}
    >
      <Text size="sm">{t(TEXTS[act])}</Text>
      {act !== 'unlock' && (
        <TextInput
          type="datetime-local"
          label={t(act === 'lock' ? 'senders.lockUntil' : 'senders.tolerateUntil')}
          value={until}
          required={act === 'tolerate'}
          error={isPast ? t('senders.pastTime') : undefined}
          onChange={(event) => setUntil(event.currentTarget.value)}
        />
      )}
    </ConfirmAct>
  );
}

async function carryOut(
  act: SenderAct,
  path: { customer: string; kind: string; name: string },
  { reason, until }: { reason: string; until: string },
): Promise<void> {
  const at = until === '' ? undefined : new Date(until).toISOString();
  switch (act) {
    case 'lock':
      await call('lockSender', { path, body: { reason, ...(at !== undefined && { until: at }) } });
      return;
    case 'unlock':
      await call('unlockSender', { path, body: { reason } });
      return;
    case 'tolerate':
      await call('tolerateSender', { path, body: { reason, until: at ?? '' } });
      return;
    default:
      act satisfies never;
  }
}
