// An export of what the search finds: which columns; then it is made in the background, and can be left.

import { Alert, Button, Checkbox, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../api/call.ts';
import { useAct } from '../../../api/queries.ts';
import { Dialog } from '../../../parts/dialog.tsx';
import { faultOf } from '../../../parts/field-faults.tsx';
import { Failing } from '../../../parts/states.tsx';
import { useMay } from '../../../session.ts';
import { ExportLine } from './export-line.tsx';

type ExportColumn = Answer<'createExport'>['columns'][number];

const COLUMNS = [
  'time',
  'direction',
  'from',
  'to',
  'subject',
  'status',
  'changed',
  'size',
  'sending_address',
  'pool',
  'host',
  'reply',
  'cause',
  'class',
  'permanence',
  'responsible',
  'attempts',
  'message_id',
  'queue_id',
  'client_address',
  'score',
  'customer',
  'count',
] as const satisfies readonly ExportColumn[];
const USUAL: readonly ExportColumn[] = [
  'time',
  'direction',
  'from',
  'to',
  'subject',
  'status',
  'size',
  'reply',
  'class',
  'responsible',
  'message_id',
  'queue_id',
];

interface DialogProps {
  query: string;
  customer: string | undefined;
  close: () => void;
}

export function ExportDialog({ query, customer, close }: DialogProps) {
  const { t } = useTranslation(['messages', 'parts']);
  const mayRead = useMay('messages:content');
  const [chosen, setChosen] = useState<readonly ExportColumn[]>(USUAL);
  const make = useAct('createExport', { changes: ['listExports'] });
  const columns = COLUMNS.filter((name) => mayRead || name !== 'subject');
  const asked = columns.filter((name) => chosen.includes(name));
  const start = () => make.mutate({ body: { query, columns: asked, ...(customer !== undefined && { customer }) } });
  const toggle = (name: ExportColumn) =>
    setChosen(chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name]);
  return (
    <Dialog
      opened
      onClose={close}
      title={t('exports.title')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('panel.close', { ns: 'parts' }) }}
    >
      {make.data === undefined ? (
        <Stack gap="md">
          <Text size="sm">{t('exports.lead')}</Text>
          <Checkbox.Group
            label={t('exports.columns')}
            value={[...asked]}
            error={faultOf(make.error, 'columns', 'columns.*')}
          >
            <SimpleGrid cols={{ base: 1, xs: 2, sm: 3 }} spacing={6} mt={6}>
              {columns.map((name) => (
                <Checkbox
                  key={name}
                  size="xs"
                  value={name}
                  label={t(`exports.column.${name}`)}
                  onChange={() => toggle(name)}
                />
              ))}
            </SimpleGrid>
          </Checkbox.Group>
          <Failing error={make.error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              {t('act.cancel', { ns: 'parts' })}
            </Button>
            <Button onClick={start} loading={make.isPending} disabled={asked.length === 0}>
              {t('exports.start')}
            </Button>
          </Group>
        </Stack>
      ) : (
        <Stack gap="md">
          <Alert color="petrol" variant="light" p="sm">
            <Text size="sm">{t('exports.leave')}</Text>
          </Alert>
          <ExportLine id={make.data.id} />
          <Group justify="flex-end">
            <Button component={Link} to="/messages/exports" variant="default">
              {t('exports.all')}
            </Button>
          </Group>
        </Stack>
      )}
    </Dialog>
  );
}
