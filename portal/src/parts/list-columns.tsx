// Which columns a list shows; kept in the browser.

import { Button, Checkbox, Popover, Stack } from '@mantine/core';
import { IconColumns } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

interface Named {
  id: string;
  title: string;
  optional?: boolean;
}

export interface ColumnChoice<C extends Named> {
  columns: readonly C[];
  canChoose: boolean;
  optional: readonly C[];
  isShown(id: string): boolean;
  toggle(id: string): void;
}

export function useShownColumns<C extends Named>(name: string, all: readonly C[]): ColumnChoice<C> {
  const stored = `easymail-columns-${name}`;
  const [shown, setShown] = useState<readonly string[]>(() => read(stored));
  const optional = all.filter((column) => column.optional === true);
  return {
    columns: all.filter((column) => column.optional !== true || shown.includes(column.id)),
    canChoose: optional.length > 0,
    optional,
    isShown: (id) => shown.includes(id),
    toggle: (id) => {
      const next = shown.includes(id) ? shown.filter((one) => one !== id) : [...shown, id];
      localStorage.setItem(stored, JSON.stringify(next));
      setShown(next);
    },
  };
}

function read(stored: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(stored) ?? '[]');
    return Array.isArray(value) ? value.map(String) : [];
  } catch {
    return [];
  }
}

export function ColumnMenu<C extends Named>({ choice }: { choice: ColumnChoice<C> }) {
  const { t } = useTranslation('parts');
  return (
    <Popover position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <Button size="compact-xs" variant="subtle" leftSection={<IconColumns size={14} />}>
          {t('list.columns')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('list.columns')}>
        <Stack gap={6}>
          {choice.optional.map(({ id, title }) => (
            <Checkbox
              key={id}
              size="xs"
              label={title}
              checked={choice.isShown(id)}
              onChange={() => choice.toggle(id)}
            />
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
