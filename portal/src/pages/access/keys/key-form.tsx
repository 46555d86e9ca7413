import { Button, Group, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Input } from '../../../api/call.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { useAct } from '../../../api/queries.ts';
import { faultAmong, faultOf } from '../../../parts/field-faults.tsx';
import { Failing } from '../../../parts/states.tsx';
import { useIsOperator, useScope } from '../../../search.ts';
import type { Permission } from '../../../session.ts';
import { CustomerSelect } from '../customer-select.tsx';
import { ScopeChoice } from './scope-choice.tsx';

interface KeyFormProps {
  /** Given the key, which is in this answer alone. */
  made: (key: string) => void;
  cancel: () => void;
}

const DAY_MS = 86_400_000;
const ENDS = { in30: 30, in90: 90, in365: 365, never: undefined } as const;
type End = keyof typeof ENDS;

interface Typed {
  name: string;
  scopes: readonly Permission[];
  customer: string;
  networks: string;
  end: End;
}

const NOTHING: Typed = { name: '', scopes: [], customer: '', networks: '', end: 'in365' };

export function KeyForm({ made, cancel }: KeyFormProps) {
  const { t } = useTranslation('access');
  const isOperator = useIsOperator();
  const scope = useScope();
  const [typed, setTyped] = useState<Typed>({ ...NOTHING, customer: scope ?? '' });
  const [isTried, setTried] = useState(false);
  const make = useAct('makeKey', { changes: ['listKeys'] });
  const set = (part: Partial<Typed>) => setTyped((before) => ({ ...before, ...part }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (typed.name.trim() === '' || typed.scopes.length === 0 || make.isPending) return;
    make.mutate({ body: bodyOf(typed, isOperator) }, { onSuccess: ({ key }) => made(key) });
  };
  const missing = (is: boolean, sentence: string) => (isTried && is ? sentence : undefined);
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TextInput
          label={t('keyForm.name')}
          placeholder={t('keyForm.namePlaceholder')}
          maxLength={100}
          data-autofocus
          value={typed.name}
          error={faultOf(make.error, 'name') ?? missing(typed.name.trim() === '', t('fields.required'))}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
        {isOperator && (
          <CustomerSelect
            clearable
            label={t('keyForm.customer')}
            description={t('keyForm.customerHint')}
            value={typed.customer}
            set={(customer) => set({ customer, scopes: [] })}
            error={faultOf(make.error, 'customer')}
          />
        )}
        <ScopeChoice
          value={typed.scopes}
          set={(scopes) => set({ scopes })}
          ofCustomer={typed.customer !== ''}
          error={
            faultOf(make.error, 'scopes', 'scopes.*') ?? missing(typed.scopes.length === 0, t('keyForm.scopesFault'))
          }
        />
        <Bounds typed={typed} set={set} error={make.error} />
        <Failing error={make.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={cancel}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={make.isPending}>
            {t('keyForm.go')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface BoundsProps {
  typed: Typed;
  set: (part: Partial<Typed>) => void;
  error: unknown;
}

/** From where, and until when. */
function Bounds({ typed, set, error }: BoundsProps) {
  const { t } = useTranslation('access');
  const faults = error instanceof ApiProblem ? error.faults : [];
  const networks = networksOf(typed.networks);
  // The API checks them one by one (`networks.0`), and it alone.
  const fault = faultAmong(faults, ['networks', 'networks.*'], ({ field }) => {
    const value = networks[Number(field.split('.').at(-1))] ?? networks.join(' ');
    return t('keyForm.networksFault', { value });
  });
  return (
    <>
      <Textarea
        label={t('keyForm.networks')}
        description={t('keyForm.networksHint')}
        autosize
        minRows={2}
        maxRows={8}
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        value={typed.networks}
        error={fault}
        onChange={(event) => set({ networks: event.currentTarget.value })}
      />
      <Select
        label={t('keyForm.expires')}
        data={(Object.keys(ENDS) as End[]).map((value) => ({ value, label: t(`keyForm.${value}`) }))}
        value={typed.end}
        error={faultOf(error, 'expires_at')}
        allowDeselect={false}
        onChange={(end) => {
          if (end !== null) set({ end });
        }}
      />
    </>
  );
}

function networksOf(text: string): string[] {
  return text.split(/[\s,;]+/).filter((one) => one !== '');
}

function bodyOf({ name, scopes, customer, networks, end }: Typed, isOperator: boolean): Input<'makeKey'>['body'] {
  const days = ENDS[end];
  return {
    name: name.trim(),
    scopes: [...scopes],
    networks: networksOf(networks),
    ...(isOperator && customer !== '' && { customer }),
    ...(days !== undefined && { expires_at: new Date(Date.now() + days * DAY_MS).toISOString() }),
  };
}
