// Customers as the choices of a field, found by id or name as one types.

import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useCall } from '../api/queries.ts';

const SHOWN = 20;
const TYPING_MS = 200;

interface CustomerChoices {
  choices: { value: string; label: string }[];
  /** For `onSearchChange` of the field. */
  setTyped: (text: string) => void;
}

interface ChoiceOptions {
  /** Ask only while this is true. */
  enabled?: boolean;
  /** What the field says where no customer is chosen. */
  none?: string;
}

/** `value`: the customer that is chosen, '' for none. */
export function useCustomerChoices(value: string, { enabled = true, none }: ChoiceOptions = {}): CustomerChoices {
  const [typed, setTyped] = useState('');
  const [text] = useDebouncedValue(typed.trim(), TYPING_MS);
  // The field tells of the text of what is chosen as if it had been typed.
  const isTyped = text !== '' && text !== none && text !== value && !text.endsWith(`(${value})`);
  const query = { limit: SHOWN, ...(isTyped && { text }) };
  const found = useCall('listCustomers', { query }, { keep: true, enabled });
  // Its own name must not change with what is found: the field would put it in the place of what is being typed.
  const one = useCall('listCustomers', { query: { customer: value, limit: 1 } }, { enabled: enabled && value !== '' });
  const chosen = value === '' ? [] : [one.data?.entries[0] ?? { id: value, name: value }];
  const others = (found.data?.entries ?? []).filter(({ id }) => id !== value);
  return { choices: [...chosen, ...others].map(choiceOf), setTyped };
}

function choiceOf({ id, name }: { id: string; name: string }): { value: string; label: string } {
  return { value: id, label: name === '' || name === id ? id : `${name} (${id})` };
}
