// What is stored about an address, as far as it can be seen at once; the whole comes with an export.

import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../../api/problem.ts';
import { useCall } from '../../api/queries.ts';
import { Facts } from '../../parts/facts.tsx';
import { useFormats } from '../../parts/formats.ts';
import { Panel } from '../../parts/panel.tsx';
import { ScopedLink } from '../../parts/scoped-link.tsx';
import { Failing, Loading } from '../../parts/states.tsx';
import { useSearchState } from '../../search.ts';
import { useMay } from '../../session.ts';
import { NewRequest, type RequestKind } from './new-request.tsx';

export function AboutAddress({ customer }: { customer: string }) {
  const { t } = useTranslation('governance');
  const [search, change] = useSearchState();
  const address = search['address'];
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const typed = new FormData(event.currentTarget).get('address');
    change({ address: typeof typed === 'string' && typed.trim() !== '' ? typed.trim() : undefined }, 'push');
  };
  return (
    <Stack gap="md">
      <Panel title={t('address.title')} hint={t('address.hint')}>
        <form onSubmit={submit}>
          <Group gap="xs" align="flex-end">
            <TextInput
              name="address"
              type="email"
              required
              label={t('address.label')}
              placeholder="bob@example.org"
              defaultValue={address ?? ''}
              style={{ flex: '1 1 16rem' }}
              maw={420}
            />
            <Button type="submit" variant="light">
              {t('address.find')}
            </Button>
          </Group>
        </form>
      </Panel>
      {address !== undefined && <Found key={address} customer={customer} address={address} />}
    </Stack>
  );
}

const SHOWN = 100;

function Found({ customer, address }: { customer: string; address: string }) {
  const { t } = useTranslation('governance');
  const formats = useFormats();
  const [asking, setAsking] = useState<RequestKind>();
  const mayAsk = useMay('privacy:write');
  const sent = useCall('searchTrace', { query: { customer, q: `from:${address}`, limit: SHOWN } });
  const received = useCall('searchTrace', { query: { customer, q: `to:${address}`, limit: SHOWN } });
  const suppression = useCall('getSuppression', { path: { customer, address } });
  const error = sent.error ?? received.error;
  if (error !== null) return <Failing error={error} />;
  if (sent.data === undefined || received.data === undefined || suppression.isPending) return <Loading lines={4} />;
  const isUnsuppressed = suppression.error instanceof ApiProblem && suppression.error.status === 404;
  const count = ({ entries, next }: { entries: readonly unknown[]; next?: string | undefined }) =>
    next === undefined
      ? t('address.messages', { count: entries.length })
      : t('address.messagesMore', { shown: formats.number(entries.length) });
  return (
    <Panel title={address} hint={t('address.found')}>
      <Facts
        facts={[
          {
            name: t('address.sent'),
            value: (
              <ScopedLink to="/messages" search={{ q: `from:${address}`, customer }}>
                {count(sent.data)}
              </ScopedLink>
            ),
          },
          {
            name: t('address.received'),
            value: (
              <ScopedLink to="/messages" search={{ q: `to:${address}`, customer }}>
                {count(received.data)}
              </ScopedLink>
            ),
          },
          {
            name: t('address.suppression'),
            value:
              suppression.data === undefined ? (isUnsuppressed ? t('address.none') : '?') : suppression.data.evidence,
          },
        ]}
      />
      <Text size="sm" c="dimmed">
        {t('address.whole')}
      </Text>
      {mayAsk && (
        <Group gap="xs">
          <Button variant="default" onClick={() => setAsking('export')}>
            {t('requests.askExport')}
          </Button>
          <Button variant="default" onClick={() => setAsking('erasure')}>
            {t('requests.askErasure')}
          </Button>
        </Group>
      )}
      {asking !== undefined && (
        <NewRequest kind={asking} address={address} customer={customer} close={() => setAsking(undefined)} />
      )}
    </Panel>
  );
}
