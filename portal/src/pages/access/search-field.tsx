// A field that filters a list as one types; what is typed stands in the address.

import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useSearchState } from '../../search.ts';

const TYPING_MS = 250;

export function SearchField({ name, label }: { name: string; label: string }) {
  const [search, change] = useSearchState();
  const [typed, setTyped] = useState(search[name] ?? '');
  const ask = useDebouncedCallback((text: string) => change({ [name]: text === '' ? undefined : text }), TYPING_MS);
  return (
    <TextInput
      type="search"
      size="xs"
      w={{ base: '100%', xs: 280 }}
      aria-label={label}
      placeholder={label}
      leftSection={<IconSearch size={14} />}
      maxLength={100}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        ask(event.currentTarget.value.trim());
      }}
    />
  );
}
