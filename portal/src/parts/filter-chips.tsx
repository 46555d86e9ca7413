// The filters of a list as chips: each says what it filters by, and can be taken out; others are put in over a menu.

import { ActionIcon, Button, Group, Menu, Paper, Popover, Select, Text, TextInput } from '@mantine/core';
import { IconFilterPlus, IconX } from '@tabler/icons-react';
import { type FormEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchState } from '../search.ts';

export interface Filter {
  /** Its search parameter. */
  id: string;
  label: string;
  /** What can be chosen; without it any text is typed. */
  choices?: readonly { value: string; label: string }[];
  /** How a value reads, where it is not what it says. */
  show?: (value: string) => string;
  placeholder?: string;
}

export function FilterChips({ filters }: { filters: readonly Filter[] }) {
  const { t } = useTranslation('parts');
  const [search, change] = useSearchState();
  const [adding, setAdding] = useState<Filter>();
  const set = filters.filter(({ id }) => search[id] !== undefined);
  const open = filters.filter(({ id }) => search[id] === undefined);
  const adder = useAfterAdding(adding !== undefined);
  return (
    <Group gap="xs" role="group" aria-label={t('filters.label')}>
      {set.map((filter) => (
        <FilterChip key={filter.id} filter={filter} value={search[filter.id] ?? ''} />
      ))}
      {adding !== undefined && (
        <FilterEditor
          filter={adding}
          close={() => setAdding(undefined)}
          done={(value) => {
            setAdding(undefined);
            change({ [adding.id]: value }, 'push');
          }}
        />
      )}
      {open.length > 0 && adding === undefined && (
        <Menu position="bottom-start">
          <Menu.Target>
            <Button ref={adder} size="compact-sm" variant="default" leftSection={<IconFilterPlus size={14} />}>
              {t('filters.add')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {open.map((filter) => (
              <Menu.Item key={filter.id} onClick={() => setAdding(filter)}>
                {filter.label}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      {set.length > 1 && (
        <Button
          size="compact-sm"
          variant="subtle"
          onClick={() => change(Object.fromEntries(set.map(({ id }) => [id, undefined])), 'push')}
        >
          {t('filters.clear')}
        </Button>
      )}
    </Group>
  );
}

/** Whoever has put one in, or not after all, goes on by keyboard where the next is put in. */
function useAfterAdding(isAdding: boolean): RefObject<HTMLButtonElement | null> {
  const adder = useRef<HTMLButtonElement>(null);
  const before = useRef(isAdding);
  useEffect(() => {
    if (before.current && !isAdding && document.activeElement === document.body) adder.current?.focus();
    before.current = isAdding;
  }, [isAdding]);
  return adder;
}

function shownValue({ choices, show }: Filter, value: string): string {
  return show?.(value) ?? choices?.find((one) => one.value === value)?.label ?? value;
}

function FilterChip({ filter, value }: { filter: Filter; value: string }) {
  const { t } = useTranslation('parts');
  const [, change] = useSearchState();
  const [editing, setEditing] = useState(false);
  return (
    <Popover opened={editing} onChange={setEditing} trapFocus returnFocus position="bottom-start">
      <Paper withBorder radius="xl" pl="sm" pr={4} py={1} bg="light-dark(#e9f7f8, #12383b)">
        <Group gap={2} wrap="nowrap">
          <Popover.Target>
            <Button variant="transparent" size="compact-sm" c="inherit" p={0} onClick={() => setEditing(true)}>
              <Text size="sm" span>
                {filter.label}: <strong>{shownValue(filter, value)}</strong>
              </Text>
            </Button>
          </Popover.Target>
          <ActionIcon
            variant="subtle"
            size="sm"
            radius="xl"
            aria-label={t('filters.remove', { filter: filter.label })}
            onClick={() => change({ [filter.id]: undefined }, 'push')}
          >
            <IconX size={12} />
          </ActionIcon>
        </Group>
      </Paper>
      <Popover.Dropdown aria-label={filter.label}>
        <FilterEditor
          filter={filter}
          value={value}
          close={() => setEditing(false)}
          done={(next) => {
            setEditing(false);
            change({ [filter.id]: next }, 'push');
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

interface EditorProps {
  filter: Filter;
  value?: string;
  done: (value: string | undefined) => void;
  close: () => void;
}

function FilterEditor({ filter, value = '', done, close }: EditorProps) {
  const [typed, setTyped] = useState(value);
  // Opened once the list has its name: the field then says which list it moves.
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setOpen(true));
    return () => clearTimeout(timer);
  }, []);
  if (filter.choices !== undefined) {
    return (
      <Select
        size="xs"
        aria-label={filter.label}
        placeholder={filter.label}
        data={[...filter.choices]}
        value={value === '' ? null : value}
        autoFocus
        dropdownOpened={isOpen}
        searchable={filter.choices.length > 8}
        comboboxProps={{ withinPortal: false }}
        onChange={(next) => done(next ?? undefined)}
        onDropdownClose={close}
      />
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    done(typed.trim() === '' ? undefined : typed.trim());
  };
  return (
    <form onSubmit={submit}>
      <TextInput
        size="xs"
        aria-label={filter.label}
        placeholder={filter.placeholder ?? filter.label}
        value={typed}
        autoFocus
        onChange={(event) => setTyped(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') close();
        }}
      />
    </form>
  );
}
