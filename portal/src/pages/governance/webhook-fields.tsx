// What is said of a webhook: where to, for whom, of what.

import { Checkbox, MultiSelect, Switch, TextInput } from '@mantine/core';
import { type ReactNode, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useCall } from '../../api/queries.ts';
import { faultOf } from '../../parts/field-faults.tsx';
import { Ticked } from '../../parts/ticked.tsx';
import { useRelayWords } from '../../parts/use-relay-words.ts';

export interface WebhookFields {
  url: string;
  description: string;
  types: string[];
  thin: boolean;
}

interface FieldsProps {
  fields: WebhookFields;
  change: (patch: Partial<WebhookFields>) => void;
  /** What the API found wrong. */
  error: unknown;
}

export function WebhookFieldset({ fields, change, error }: FieldsProps) {
  const { t } = useTranslation('governance');
  return (
    <>
      <TextInput
        label={t('webhooks.url')}
        description={t('webhooks.urlHint')}
        placeholder="https://hooks.example.org/mail"
        type="url"
        required
        value={fields.url}
        error={faultOf(error, 'url')}
        onChange={(event) => change({ url: event.currentTarget.value })}
      />
      <TextInput
        label={t('webhooks.description')}
        maxLength={500}
        value={fields.description}
        error={faultOf(error, 'description')}
        onChange={(event) => change({ description: event.currentTarget.value })}
      />
      <TypePicker
        types={fields.types}
        change={(types) => change({ types })}
        fault={faultOf(error, 'types', 'types.*')}
      />
      <Switch
        label={t('webhooks.thin')}
        description={t('webhooks.thinHint')}
        checked={fields.thin}
        onChange={(event) => change({ thin: event.currentTarget.checked })}
      />
    </>
  );
}

interface PickerProps {
  types: string[];
  change: (types: string[]) => void;
  fault: ReactNode;
}

const ALL = '*';

/** All events, or types and beginnings of types. */
function TypePicker({ types, change, fault }: PickerProps) {
  const { t } = useTranslation('governance');
  const { data } = useCall('listEventTypes', {});
  const isAll = types.includes(ALL);
  const names = (data?.entries ?? []).map(({ type }) => type);
  const known = [...new Set([...beginningsOf(names), ...types.filter((type) => type !== ALL)])];
  const meanings = new Map((data?.entries ?? []).map(({ type, meaning }) => [type, meaning]));
  return (
    <>
      <Checkbox
        label={t('webhooks.allTypes')}
        checked={isAll}
        error={isAll ? fault : undefined}
        onChange={(event) => change(event.currentTarget.checked ? [ALL] : [])}
      />
      {!isAll && (
        <MultiSelect
          label={t('webhooks.types')}
          description={t('webhooks.typesHint')}
          data={[...known, ...names.filter((name) => !known.includes(name))]}
          value={types}
          error={fault}
          searchable
          required
          hidePickedOptions
          maxDropdownHeight={280}
          renderOption={({ option }) => (
            <div>
              <code>{option.value}</code>
              <Suspense fallback={null}>
                <Meaning type={option.value} english={meanings.get(option.value) ?? ''} />
              </Suspense>
            </div>
          )}
          onChange={change}
        />
      )}
    </>
  );
}

/** What a type tells of; beginnings of types have no words of their own. */
function Meaning({ type, english }: { type: string; english: string }) {
  const say = useRelayWords('events');
  if (english === '') return null;
  const { text, ...marked } = say('event', { text: english, code: type });
  return (
    <div style={{ fontSize: '0.75rem' }} {...marked}>
      <Ticked text={text} />
    </div>
  );
}

/** `message.*`, `message.recipient.*` and the like, where several types begin so. */
function beginningsOf(names: readonly string[]): string[] {
  const beginnings = names.flatMap((name) => {
    const parts = name.split('.');
    return parts.slice(1).map((_, i) => `${parts.slice(0, i + 1).join('.')}.*`);
  });
  return [...new Set(beginnings)].filter((one) => names.filter((name) => name.startsWith(one.slice(0, -1))).length > 1);
}
