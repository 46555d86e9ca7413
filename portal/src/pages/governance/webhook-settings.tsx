// What is set of a webhook, its secret, and its end.

import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../api/call.ts';
import { useAct } from '../../api/queries.ts';
import { ConfirmAct } from '../../parts/confirm-act.tsx';
import { DANGER } from '../../parts/danger.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { faultOf } from '../../parts/field-faults.tsx';
import { useFormats } from '../../parts/formats.ts';
import { Failing } from '../../parts/states.tsx';
import { useMay } from '../../session.ts';
import { ShownOnce } from './new-webhook.tsx';
import { type WebhookFields, WebhookFieldset } from './webhook-fields.tsx';

interface SettingsProps {
  webhook: Answer<'showWebhook'>;
  /** The version that was read. */
  tag: string | undefined;
  removed: () => void;
}

export function WebhookSettings({ webhook, tag, removed }: SettingsProps) {
  const { t } = useTranslation('governance');
  const mayChange = useMay('webhooks:write');
  const now = fieldsOf(webhook);
  const [fields, setFields] = useState(now);
  const [read, setRead] = useState({ fields: now, tag });
  const save = useAct('changeWebhook', { changes: ['showWebhook', 'listWebhooks'] });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // A pause or a new secret makes a new version as well; what somebody else wrote here meanwhile is not overwritten.
    const isAsRead = JSON.stringify(now) === JSON.stringify(read.fields);
    save.mutate(
      { path: { webhook: webhook.id }, body: fields, ifMatch: isAsRead ? tag : read.tag },
      {
        onSuccess: () => {
          setRead({ fields, tag });
          notifications.show({ message: t('saved') });
        },
      },
    );
  };
  return (
    <Stack gap="lg">
      <form onSubmit={submit}>
        <Stack gap="md">
          <WebhookFieldset
            fields={fields}
            change={(patch) => setFields((before) => ({ ...before, ...patch }))}
            error={save.error}
          />
          <Failing error={save.error} />
          {mayChange && (
            <Group justify="flex-end">
              <Button type="submit" loading={save.isPending}>
                {t('save')}
              </Button>
            </Group>
          )}
        </Stack>
      </form>
      <Secrets webhook={webhook} />
      {mayChange && <Remove webhook={webhook} tag={tag} removed={removed} />}
    </Stack>
  );
}

function fieldsOf({ url, description, thin, types }: Answer<'showWebhook'>): WebhookFields {
  return { url, description, thin, types: [...types] };
}

const OVERLAPS = ['0', '1', '24', '168'] as const;

function Secrets({ webhook: { id, secrets, signing } }: { webhook: Answer<'showWebhook'> }) {
  const { t } = useTranslation('governance');
  const formats = useFormats();
  const mayChange = useMay('webhooks:write');
  const [rotating, setRotating] = useState(false);
  return (
    <Stack gap="xs" align="flex-start">
      <Text fw={600} size="sm">
        {t(`webhooks.signings.${signing}`)}
      </Text>
      {secrets.map(({ made_at: at, until, public_key: key }) => (
        <Text key={at} size="sm" style={{ overflowWrap: 'anywhere' }}>
          {t('webhooks.secretOf', { when: formats.dateTime(at) })}
          {until !== null && `, ${t('webhooks.secretUntil', { until: formats.dateTime(until) })}`}
          {key !== undefined && ` · ${key}`}
        </Text>
      ))}
      {mayChange && (
        <Button size="xs" variant="default" onClick={() => setRotating(true)}>
          {t('webhooks.rotate')}
        </Button>
      )}
      {rotating && <Rotate id={id} close={() => setRotating(false)} />}
    </Stack>
  );
}

function Rotate({ id, close }: { id: string; close: () => void }) {
  const { t } = useTranslation('governance');
  const [hours, setHours] = useState<(typeof OVERLAPS)[number]>('24');
  const rotate = useAct('rotateWebhookSecret', { changes: ['showWebhook'] });
  return (
    <Dialog
      opened
      onClose={close}
      title={t('webhooks.rotate')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {rotate.data === undefined ? (
        <Stack gap="md">
          <Text size="sm">{t('webhooks.rotateHint')}</Text>
          <Select
            label={t('webhooks.overlap')}
            data={OVERLAPS.map((value) => ({ value, label: t(`webhooks.overlaps.${value}`) }))}
            value={hours}
            allowDeselect={false}
            error={faultOf(rotate.error, 'overlap_hours')}
            onChange={(value) => setHours(OVERLAPS.find((one) => one === value) ?? '24')}
          />
          <Failing error={rotate.error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              {t('cancel')}
            </Button>
            <Button
              loading={rotate.isPending}
              onClick={() => rotate.mutate({ path: { webhook: id }, body: { overlap_hours: Number(hours) } })}
            >
              {t('webhooks.rotate')}
            </Button>
          </Group>
        </Stack>
      ) : (
        <ShownOnce shown={rotate.data} done={close} />
      )}
    </Dialog>
  );
}

function Remove({ webhook: { id, url }, tag, removed }: SettingsProps) {
  const { t } = useTranslation('governance');
  const [asked, setAsked] = useState(false);
  const remove = useAct('removeWebhook', { changes: ['listWebhooks'] });
  return (
    <Group>
      <Button size="xs" variant="default" c={DANGER} onClick={() => setAsked(true)}>
        {t('webhooks.remove')}
      </Button>
      {asked && (
        <ConfirmAct
          title={t('webhooks.remove')}
          verb={t('webhooks.remove')}
          danger
          act={async () => {
            await remove.mutateAsync({ path: { webhook: id }, ifMatch: tag });
            removed();
          }}
          close={() => setAsked(false)}
        >
          <Text size="sm">{t('webhooks.removeText', { url })}</Text>
        </ConfirmAct>
      )}
    </Group>
  );
}
