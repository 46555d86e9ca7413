// One webhook: how it fares, what was sent to it, and what can be done about it.

import { Button, Group, Stack, Text } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconSend } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../api/call.ts';
import { useAct, useTagged } from '../../api/queries.ts';
import { Facts } from '../../parts/facts.tsx';
import { useFormats } from '../../parts/formats.ts';
import { Notice } from '../../parts/notice.tsx';
import { SidePanel } from '../../parts/side-panel.tsx';
import { Answered, Failing } from '../../parts/states.tsx';
import { UrlTabs } from '../../parts/url-tabs.tsx';
import { useSearchState } from '../../search.ts';
import { useMay } from '../../session.ts';
import { Deliveries } from './deliveries.tsx';
import { Outcome } from './webhook-outcome.tsx';
import { WebhookSettings } from './webhook-settings.tsx';
import { WebhookState } from './webhook-state.tsx';

type Webhook = Answer<'showWebhook'>;

const LOOK_MS = 5000;

export function OpenWebhook({ id }: { id: string }) {
  const { t } = useTranslation('governance');
  const [, change] = useSearchState();
  const query = useTagged('showWebhook', { path: { webhook: id } }, { everyMs: LOOK_MS });
  const close = () => change({ webhook: undefined, delivery: undefined, part: undefined });
  return (
    <SidePanel title={query.data?.data.url ?? id} close={close}>
      <Answered query={query}>
        {({ data, tag }) => (
          <Stack gap="md">
            <Health webhook={data} />
            <Acts webhook={data} />
            <UrlTabs
              name="part"
              label={t('webhooks.parts')}
              tabs={[
                { id: 'deliveries', label: t('deliveries.title'), content: () => <Deliveries webhook={id} /> },
                {
                  id: 'settings',
                  label: t('webhooks.settings'),
                  keeps: true,
                  content: () => <WebhookSettings webhook={data} tag={tag} removed={close} />,
                },
              ]}
            />
          </Stack>
        )}
      </Answered>
    </SidePanel>
  );
}

function Health({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation('governance');
  const formats = useFormats();
  const { health, state, reason, since } = webhook;
  const time = (at: string | null) => (at === null ? null : formats.relative(at));
  return (
    <>
      <Group gap="xs">
        <WebhookState webhook={webhook} />
        {state !== 'active' && reason !== null && (
          <Text size="sm">{t(`webhooks.reasons.${reason}`, { when: formats.relative(since) })}</Text>
        )}
      </Group>
      <Facts
        facts={[
          { name: t('customer'), value: webhook.customer ?? t('webhooks.operators') },
          { name: t('webhooks.types'), value: webhook.types.join(', ') },
          { name: t('webhooks.waiting'), value: health === null ? null : formats.number(health.waiting) },
          { name: t('webhooks.lastSuccess'), value: time(health?.last_success ?? null) },
          { name: t('webhooks.lastFailure'), value: time(health?.last_failure ?? null) },
          { name: t('webhooks.failingSince'), value: time(health?.failing_since ?? null) },
        ]}
      />
      {health !== null && health.dropped > 0 && (
        <Notice
          tone="warn"
          title={t('webhooks.dropped', { count: health.dropped, shown: formats.number(health.dropped) })}
        />
      )}
    </>
  );
}

function Acts({ webhook: { id, state } }: { webhook: Webhook }) {
  const { t } = useTranslation('governance');
  const mayChange = useMay('webhooks:write');
  const changes = { changes: ['showWebhook', 'listWebhooks', 'listDeliveries'] } as const;
  const test = useAct('testWebhook', changes);
  const pause = useAct('pauseWebhook', changes);
  const resume = useAct('resumeWebhook', changes);
  if (!mayChange) return null;
  const error = test.error ?? pause.error ?? resume.error;
  const path = { webhook: id };
  return (
    <>
      <Group gap="xs">
        <Button
          size="xs"
          variant="light"
          leftSection={<IconSend size={14} />}
          loading={test.isPending}
          onClick={() => test.mutate({ path })}
        >
          {t('webhooks.test')}
        </Button>
        {state === 'active' ? (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlayerPause size={14} />}
            loading={pause.isPending}
            onClick={() => pause.mutate({ path })}
          >
            {t('webhooks.pause')}
          </Button>
        ) : (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlayerPlay size={14} />}
            loading={resume.isPending}
            onClick={() => resume.mutate({ path })}
          >
            {t('webhooks.resume')}
          </Button>
        )}
      </Group>
      {test.data !== undefined && <Tested tested={test.data} />}
      {error !== null && <Failing error={error} />}
    </>
  );
}

function Tested({ tested }: { tested: Answer<'testWebhook'> }) {
  const { t } = useTranslation('governance');
  const formats = useFormats();
  const { taken, status, result, ms, resumed } = tested;
  return (
    <Notice tone={taken ? 'good' : 'bad'} role="status" title={taken ? t('webhooks.taken') : t('webhooks.notTaken')}>
      <Text size="sm">
        <Outcome status={status} result={result} /> · {formats.span(ms)}
        {resumed && ` · ${t('webhooks.resumed')}`}
      </Text>
    </Notice>
  );
}
