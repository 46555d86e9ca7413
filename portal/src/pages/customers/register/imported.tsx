// Customers of a file were registered; links are told this once, so that they can be taken along as a file.

import { Button, Group, Stack, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../api/call.ts';
import { Panel } from '../../../parts/panel.tsx';
import { ScopedLink } from '../../../parts/scoped-link.tsx';

type Customers = Answer<'importCustomers'>['customers'];

/** Rows of a list that are shown at once. */
const SHOWN = 200;

export function Imported({ imported: { customers } }: { imported: Answer<'importCustomers'> }) {
  const { t } = useTranslation('customers');
  const hasLinks = customers.some(({ url }) => url !== undefined);
  return (
    <Stack gap="md">
      {hasLinks && (
        <Panel title={t('import.links')} hint={t('import.linksHint')}>
          <Group>
            <Button leftSection={<IconDownload size={16} />} onClick={() => download(customers)}>
              {t('import.download')}
            </Button>
          </Group>
        </Panel>
      )}
      <Panel title={t('list.title')}>
        <Stack gap={4}>
          {customers.slice(0, SHOWN).map(({ id, name }) => (
            <Text size="sm" key={id}>
              <ScopedLink to={`/customers/${id}`}>{name}</ScopedLink> ({id})
            </Text>
          ))}
          {customers.length > SHOWN && (
            <Text size="sm" c="dimmed">
              {t('import.more', { count: customers.length - SHOWN })}
            </Text>
          )}
        </Stack>
      </Panel>
      <Group>
        <Button component={Link} to="/customers" variant="default">
          {t('customer.toList')}
        </Button>
      </Group>
    </Stack>
  );
}

/** A cell as spreadsheets read it; what they would take for a formula is text. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

function download(customers: Customers): void {
  const rows = [['id', 'name', 'link'], ...customers.map(({ id, name, url = '' }) => [id, name, url])];
  const csv = rows.map((row) => row.map(cell).join(',')).join('\r\n');
  const address = URL.createObjectURL(new Blob([csv], { type: 'text/csv' }));
  const anchor = Object.assign(document.createElement('a'), { href: address, download: 'links.csv' });
  anchor.click();
  URL.revokeObjectURL(address);
}
