// A new webhook, and its secret, which is shown this once.

import { Button, Group, Radio, Stack, Text } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct } from '../../api/queries.ts';
import { CopyLine } from '../../parts/copy.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { faultOf } from '../../parts/field-faults.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Failing } from '../../parts/states.tsx';
import { useIsOperator, useSearchState } from '../../search.ts';
import { CustomerSelect } from './customer-select.tsx';
import { type WebhookFields, WebhookFieldset } from './webhook-fields.tsx';

const BEGIN: WebhookFields = { url: '', description: '', types: ['*'], thin: false };
const SIGNINGS = ['hmac', 'ed25519'] as const;

export function NewWebhook({ customer: scope, close }: { customer: string | undefined; close: () => void }) {
  const { t } = useTranslation('governance');
  const isOperator = useIsOperator();
  const [, change] = useSearchState();
  const [fields, setFields] = useState(BEGIN);
  const [customer, setCustomer] = useState<string | null>(scope ?? null);
  const [signing, setSigning] = useState<(typeof SIGNINGS)[number]>('hmac');
  const create = useAct('createWebhook', { changes: ['listWebhooks'] });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate({ body: { ...fields, signing, ...(isOperator && customer !== null && { customer }) } });
  };
  const finish = () => {
    change({ webhook: create.data?.id }, 'push');
    close();
  };
  return (
    <Dialog
      opened
      onClose={create.data === undefined ? close : finish}
      title={t('webhooks.new')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {create.data === undefined ? (
        <form onSubmit={submit}>
          <Stack gap="md">
            {isOperator && scope === undefined && (
              <CustomerSelect
                value={customer}
                change={setCustomer}
                description={t('webhooks.customerHint')}
                error={faultOf(create.error, 'customer')}
              />
            )}
            <WebhookFieldset
              fields={fields}
              change={(patch) => setFields((before) => ({ ...before, ...patch }))}
              error={create.error}
            />
            <SigningChoice signing={signing} change={setSigning} error={faultOf(create.error, 'signing')} />
            <Failing error={create.error} />
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={close}>
                {t('cancel')}
              </Button>
              <Button
                type="submit"
                loading={create.isPending}
                disabled={fields.url === '' || fields.types.length === 0}
              >
                {t('webhooks.create')}
              </Button>
            </Group>
          </Stack>
        </form>
      ) : (
        <ShownOnce shown={create.data} done={finish} />
      )}
    </Dialog>
  );
}

interface SigningProps {
  signing: (typeof SIGNINGS)[number];
  change: (signing: (typeof SIGNINGS)[number]) => void;
  error: ReactNode;
}

function SigningChoice({ signing, change, error }: SigningProps) {
  const { t } = useTranslation('governance');
  return (
    <Radio.Group
      label={t('webhooks.signing')}
      value={signing}
      error={error}
      onChange={(value) => change(value === 'ed25519' ? 'ed25519' : 'hmac')}
    >
      <Stack gap={6} mt={6}>
        {SIGNINGS.map((one) => (
          <Radio
            key={one}
            value={one}
            label={t(`webhooks.signings.${one}`)}
            description={t(`webhooks.signingHints.${one}`)}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}

interface ShownOnceProps {
  shown: { secret?: string | undefined; public_key?: string | undefined };
  done: () => void;
}

/** The secret after a webhook was made, or its secret changed. */
export function ShownOnce({ shown: { secret, public_key: publicKey }, done }: ShownOnceProps) {
  const { t } = useTranslation('governance');
  return (
    <Stack gap="md">
      {secret !== undefined && (
        <Notice tone="warn" title={t('webhooks.secretOnce')}>
          <Text size="sm">{t('webhooks.secretHint')}</Text>
        </Notice>
      )}
      <CopyLine
        text={secret ?? publicKey ?? ''}
        what={secret === undefined ? t('webhooks.publicKey') : t('webhooks.secret')}
      />
      <Group justify="flex-end">
        <Button onClick={done}>{t('webhooks.noted')}</Button>
      </Group>
    </Stack>
  );
}
