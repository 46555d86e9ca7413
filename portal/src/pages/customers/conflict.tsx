// Somebody else changed it meanwhile: what, and what to do with what was typed.

import { Alert, Button, Group, Stack, Table, Text } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type Edited, isSame } from './edited.ts';

interface ConflictProps<T> {
  edited: Edited<T>;
  /** Names of the fields, and how their values read. */
  fields: readonly { key: keyof T & string; name: string; show?: (value: unknown) => string }[];
}

export function Conflict<T extends object>({ edited, fields }: ConflictProps<T>) {
  const { t } = useTranslation('customers');
  const { theirs, base, draft } = edited;
  if (theirs === undefined) return null;
  const changed = fields.filter(({ key }) => !isSame(theirs.data[key], base[key]));
  return (
    <Alert color="yellow" variant="light" icon={<IconUsers size={18} />} title={t('conflict.title')} role="alert">
      <Stack gap="sm">
        <Text size="sm">{changed.length === 0 ? t('conflict.besides') : t('conflict.hint')}</Text>
        {changed.length > 0 && (
          <Table aria-label={t('conflict.title')} verticalSpacing={4} layout="fixed">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('conflict.field')}</Table.Th>
                <Table.Th>{t('conflict.before')}</Table.Th>
                <Table.Th>{t('conflict.now')}</Table.Th>
                <Table.Th>{t('conflict.yours')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {changed.map(({ key, name, show = shownValue }) => (
                <Table.Tr key={key}>
                  <Table.Td>{name}</Table.Td>
                  {[base[key], theirs.data[key], draft[key]].map((value, i) => (
                    <Table.Td key={['before', 'now', 'yours'][i]} style={{ overflowWrap: 'anywhere' }}>
                      {show(value)}
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
        <Group gap="xs">
          <Button size="xs" onClick={() => void edited.saveOver()} loading={edited.isSaving}>
            {t('conflict.saveMine')}
          </Button>
          <Button size="xs" variant="default" onClick={edited.takeTheirs}>
            {t('conflict.takeTheirs')}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}

function shownValue(value: unknown): string {
  if (value === undefined || value === null || value === '') return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
