// Adding and removing entries of one kind. Who adds one types in it at once; who removes one stands where another is added.
// The list is marked with `data-entries`, each of its entries with `data-entry`.

import { ActionIcon, Button, Group } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { MouseEvent } from 'react';
import { flushSync } from 'react-dom';

export function AddButton({ label, add }: { label: string; add: () => void }) {
  const addAndEnter = ({ currentTarget }: MouseEvent) => {
    flushSync(add);
    const entries = currentTarget.closest('[data-entries]')?.querySelectorAll('[data-entry]') ?? [];
    entries[entries.length - 1]?.querySelector('input')?.focus();
  };
  return (
    <Group>
      <Button variant="default" leftSection={<IconPlus size={16} />} data-add onClick={addAndEnter}>
        {label}
      </Button>
    </Group>
  );
}

interface RemoveButtonProps {
  label: string;
  remove: () => void;
  /** Beside a field with a label, it stands at the height of the field. */
  isBesideField?: boolean;
}

export function RemoveButton({ label, remove, isBesideField = false }: RemoveButtonProps) {
  const removeAndStay = ({ currentTarget }: MouseEvent) => {
    const adding = currentTarget.closest('[data-entries]')?.querySelector<HTMLElement>('[data-add]');
    remove();
    adding?.focus();
  };
  return (
    <ActionIcon
      {...(isBesideField && { mt: 28 })}
      variant="subtle"
      color="gray"
      aria-label={label}
      onClick={removeAndStay}
    >
      <IconTrash size={18} />
    </ActionIcon>
  );
}
