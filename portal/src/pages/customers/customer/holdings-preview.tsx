// What an act on a customer is about: how much it has, and what waits in the queue.

import { List, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../api/call.ts';
import { useCall } from '../../../api/queries.ts';
import { useFormats } from '../../../parts/formats.ts';
import { Answered } from '../../../parts/states.tsx';
import { useQueued } from './use-queued.ts';

type Holdings = Answer<'getHoldings'>;

const ON_MAIL_PATH = ['domains', 'mail_hosts', 'sources', 'logins', 'client_certificates', 'grants'] as const;
const BESIDES = [
  'dkim_keys',
  'recipients',
  'suppressions',
  'users',
  'api_keys',
  'webhooks',
  'links',
  'contacts',
] as const;
type Kind = (typeof ON_MAIL_PATH)[number] | (typeof BESIDES)[number];

interface PreviewProps {
  customer: string;
  /** A removal takes away all there is; the others are about mail alone. */
  about: 'removal' | 'suspension' | 'deactivation' | 'live';
}

export function HoldingsPreview({ customer, about }: PreviewProps) {
  const holdings = useCall('getHoldings', { path: { customer } });
  return (
    <Answered query={holdings} lines={3}>
      {(found) => <HoldingsOf holdings={found} customer={customer} about={about} />}
    </Answered>
  );
}

function HoldingsOf({ holdings, customer, about }: PreviewProps & { holdings: Holdings }) {
  const { t } = useTranslation('customers');
  const formats = useFormats();
  const queued = useQueued(customer);
  const kinds: readonly Kind[] = about === 'removal' ? [...ON_MAIL_PATH, ...BESIDES] : ON_MAIL_PATH;
  const shown = kinds.filter((kind) => holdings[kind] > 0);
  return (
    <Stack gap={4}>
      <Text size="sm" fw={600}>
        {t(`preview.${about}`)}
      </Text>
      <List size="sm" withPadding={false} ms="md">
        {about === 'live' && holdings.open_checks > 0 && (
          <List.Item>{t('preview.openChecks', { count: holdings.open_checks })}</List.Item>
        )}
        {shown.map((kind) => (
          <List.Item key={kind}>
            {t(`preview.kind.${kind}`, { count: holdings[kind], shown: formats.number(holdings[kind]) })}
          </List.Item>
        ))}
        {shown.length === 0 && <List.Item>{t('preview.nothing')}</List.Item>}
        {queued.waiting !== undefined && about !== 'deactivation' && (
          <List.Item>
            {t('preview.waiting', { count: queued.waiting, shown: formats.number(queued.waiting) })}
          </List.Item>
        )}
      </List>
      {queued.waiting !== undefined && queued.waiting > 0 && about === 'deactivation' && (
        <Text size="sm" c="dimmed">
          {t('preview.delivered', { count: queued.waiting, shown: formats.number(queued.waiting) })}
        </Text>
      )}
    </Stack>
  );
}
