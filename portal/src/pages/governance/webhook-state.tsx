// How a webhook fares, in a word.

import { useTranslation } from 'react-i18next';
import type { Answer } from '../../api/call.ts';
import { Chip } from '../../parts/status-chip.tsx';

type Webhook = Pick<Answer<'showWebhook'>, 'state' | 'reason' | 'health'>;

export function WebhookState({ webhook: { state, health } }: { webhook: Webhook }) {
  const { t } = useTranslation('governance');
  if (state === 'disabled') return <Chip tone="bad">{t('webhooks.states.disabled')}</Chip>;
  if (state === 'paused') return <Chip tone="warn">{t('webhooks.states.paused')}</Chip>;
  const isFailing = health !== null && health.failing_since !== null;
  return (
    <Chip tone={isFailing ? 'bad' : 'good'}>{t(isFailing ? 'webhooks.states.failing' : 'webhooks.states.active')}</Chip>
  );
}

const DELIVERY_TONES = { waiting: 'info', delivered: 'good', failed: 'bad' } as const;

export function DeliveryState({ state }: { state: keyof typeof DELIVERY_TONES }) {
  const { t } = useTranslation('governance');
  return <Chip tone={DELIVERY_TONES[state]}>{t(`deliveries.states.${state}`)}</Chip>;
}
