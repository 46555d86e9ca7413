// Webhooks: who is told of what, how each fares, and one made anew. A tab of the page about integrations.

import { Button, Group, Stack, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Entry, usePages } from '../../api/queries.ts';
import { type Column } from '../../parts/data-list.tsx';
import { useFormats } from '../../parts/formats.ts';
import { PagedList } from '../../parts/paged-list.tsx';
import { Empty } from '../../parts/states.tsx';
import { useScope, useSearchState } from '../../search.ts';
import { useMay } from '../../session.ts';
import { NewWebhook } from './new-webhook.tsx';
import { OpenWebhook } from './open-webhook.tsx';
import { WebhookState } from './webhook-state.tsx';

type Webhook = Entry<'listWebhooks'>;

const PAGE = 100;
const LOOK_MS = 10_000;

export function Webhooks() {
  const { t } = useTranslation('governance');
  const scope = useScope();
  const mayChange = useMay('webhooks:write');
  const [search, change] = useSearchState();
  const [making, setMaking] = useState(false);
  const list = usePages('listWebhooks', { query: { limit: PAGE, customer: scope } }, { everyMs: LOOK_MS });
  const columns = useColumns(scope === undefined);
  const make = mayChange && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
      {t('webhooks.new')}
    </Button>
  );
  return (
    <Stack gap="md">
      <Group justify="space-between" gap="xs">
        <Text size="sm" c="dimmed" maw={640}>
          {t('webhooks.lead')}
        </Text>
        {make}
      </Group>
      <PagedList
        list={list}
        name="webhooks"
        label={t('webhooks.title')}
        columns={columns}
        keyOf={({ id }) => id}
        open={({ id }) => change({ webhook: id }, 'push')}
        opened={search['webhook']}
        empty={<Empty title={t('webhooks.empty')} hint={t('webhooks.emptyHint')} />}
      />
      {search['webhook'] !== undefined && <OpenWebhook key={search['webhook']} id={search['webhook']} />}
      {making && <NewWebhook customer={scope} close={() => setMaking(false)} />}
    </Stack>
  );
}

function useColumns(withCustomer: boolean): Column<Webhook>[] {
  const { t } = useTranslation('governance');
  const formats = useFormats();
  return useMemo(() => {
    const columns: Column<Webhook>[] = [
      {
        id: 'url',
        title: t('webhooks.url'),
        width: 'minmax(14rem, 2fr)',
        cell: ({ url, description }) => (
          <>
            {url}
            {description !== '' && (
              <Text size="xs" c="dimmed">
                {description}
              </Text>
            )}
          </>
        ),
      },
      { id: 'state', title: t('webhooks.state'), width: '9rem', cell: (row) => <WebhookState webhook={row} /> },
      {
        id: 'types',
        title: t('webhooks.types'),
        width: 'minmax(9rem, 1fr)',
        wideOnly: true,
        cell: ({ types }) => (types.length > 2 ? t('webhooks.typeCount', { count: types.length }) : types.join(', ')),
      },
      {
        id: 'waiting',
        title: t('webhooks.waiting'),
        width: '6rem',
        atEnd: true,
        cell: ({ health }) => (health === null ? '–' : formats.number(health.waiting)),
      },
      {
        id: 'success',
        title: t('webhooks.lastSuccess'),
        width: '10rem',
        cell: ({ health }) =>
          health === null || health.last_success === null ? '–' : formats.relative(health.last_success),
      },
    ];
    if (withCustomer) {
      columns.splice(1, 0, {
        id: 'customer',
        title: t('customer'),
        width: '8rem',
        cell: ({ customer }) => customer ?? t('webhooks.operators'),
      });
    }
    return columns;
  }, [t, formats, withCustomer]);
}
