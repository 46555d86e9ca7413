// The settings of one scope: what holds, where it comes from, what somebody wants to change. All changes are made at once.

import { Alert, Button, Group, Paper, Select, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Answer, call, type Input } from '../../api/call.ts';
import { ApiProblem } from '../../api/problem.ts';
import { useTagged } from '../../api/queries.ts';
import { faultOf } from '../../parts/field-faults.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Answered, Failing } from '../../parts/states.tsx';
import { useIsOperator, useScope, useSearchState } from '../../search.ts';
import { SettingRow } from './setting-row.tsx';
import {
  changeOf,
  GROUPS,
  groupsOf,
  type SettingGroup,
  type SettingKey,
  type Wishes,
  withWish,
} from './settings-shapes.ts';

export interface Scope {
  direction: 'inbound' | 'outbound';
  customer?: string;
  stream?: string;
}

export function ProtectionSettings({ direction }: { direction: Scope['direction'] }) {
  const customer = useScope();
  const [search] = useSearchState();
  // Streams are those of outbound mail.
  const stream = direction === 'outbound' && customer !== undefined ? search['stream'] : undefined;
  const scope: Scope = {
    direction,
    ...(customer !== undefined && { customer }),
    ...(stream !== undefined && { stream }),
  };
  const query = useTagged('getProtection', { query: scope });
  return (
    <Answered query={query} lines={10}>
      {({ data, tag }) => (
        <SettingsForm
          key={JSON.stringify(scope)}
          scope={scope}
          view={data}
          tag={tag ?? '"0"'}
          readAgain={() => query.refetch()}
        />
      )}
    </Answered>
  );
}

interface FormProps {
  scope: Scope;
  view: Answer<'getProtection'>;
  tag: string;
  readAgain: () => unknown;
}

function SettingsForm({ scope, view, tag, readAgain }: FormProps) {
  const [wishes, setWishes] = useState<Wishes>({});
  const save = useSaveSettings({ scope, tag, done: () => setWishes({}) });
  return (
    <Stack>
      <ScopeLine scope={scope} streams={view.streams} />
      {groupsOf(scope.direction).map((group) => (
        <GroupPanel
          key={group}
          group={group}
          view={view}
          wishes={wishes}
          error={save.error}
          wish={(key, wish) => {
            const known = view.settings[key];
            if (known !== undefined) setWishes(withWish(wishes, key, wish, known));
          }}
        />
      ))}
      {Object.keys(wishes).length > 0 && (
        <SaveBar wishes={wishes} save={save} discard={() => setWishes({})} readAgain={readAgain} />
      )}
    </Stack>
  );
}

function ScopeLine({ scope, streams }: { scope: Scope; streams: readonly string[] }) {
  const { t } = useTranslation('protection');
  const isOperator = useIsOperator();
  const [, change] = useSearchState();
  const { customer, direction, stream } = scope;
  return (
    <Group justify="space-between" align="flex-end">
      <Text size="sm" c="dimmed">
        {customer === undefined
          ? t('settings.scopeAll')
          : isOperator
            ? t('settings.scopeCustomer', { customer })
            : t('settings.scopeOwn')}
      </Text>
      {direction === 'outbound' && streams.length > 1 && (
        <Select
          label={t('settings.stream')}
          data={[{ value: '', label: t('settings.allStreams') }, ...streams.map((value) => ({ value, label: value }))]}
          value={stream ?? ''}
          allowDeselect={false}
          onChange={(value) => change({ stream: value === null || value === '' ? undefined : value }, 'push')}
        />
      )}
    </Group>
  );
}

interface GroupProps {
  group: SettingGroup;
  view: FormProps['view'];
  wishes: Wishes;
  error: unknown;
  wish: (key: SettingKey, wish: Wishes[SettingKey]) => void;
}

function GroupPanel({ group, view, wishes, error, wish }: GroupProps) {
  const { t } = useTranslation('protection');
  return (
    <Panel title={t(`settings.group.${group}`)}>
      {GROUPS[group].map((key) => {
        const known = view.settings[key];
        if (known === undefined) return null;
        return (
          <SettingRow
            key={key}
            name={key}
            view={known}
            isStream={view.stream !== null}
            isOwn={view.customer !== null}
            wish={wishes[key]}
            error={error}
            change={(next) => wish(key, next)}
          />
        );
      })}
    </Panel>
  );
}

interface Save {
  run: (wishes: Wishes, reason: string) => Promise<void>;
  error: unknown;
  isRunning: boolean;
}

function useSaveSettings({ scope, tag, done }: { scope: Scope; tag: string; done: () => void }): Save {
  const { t } = useTranslation('protection');
  const queries = useQueryClient();
  const [state, setState] = useState<{ isRunning: boolean; error: unknown }>({ isRunning: false, error: null });
  const run = async (wishes: Wishes, reason: string) => {
    setState({ isRunning: true, error: null });
    const body = { ...changeOf(wishes), ...(reason !== '' && { reason }) } as Input<'changeProtection'>['body'];
    try {
      await call('changeProtection', { query: scope, body, ifMatch: tag });
      await queries.invalidateQueries({ queryKey: ['getProtection'] });
      setState({ isRunning: false, error: null });
      notifications.show({ message: t('settings.saved'), color: 'green' });
      done();
    } catch (error) {
      setState({ isRunning: false, error });
    }
  };
  return { ...state, run };
}

interface SaveBarProps {
  wishes: Wishes;
  save: Save;
  discard: () => void;
  readAgain: () => unknown;
}

function SaveBar({ wishes, save, discard, readAgain }: SaveBarProps) {
  const { t } = useTranslation('protection');
  const [reason, setReason] = useState('');
  const isStale = save.error instanceof ApiProblem && save.error.status === 412;
  return (
    <Paper
      withBorder
      shadow="md"
      p="md"
      pos="sticky"
      bottom={12}
      role="region"
      aria-label={t('settings.save')}
      style={{ zIndex: 5 }}
    >
      <Stack gap="sm">
        {isStale && (
          <Alert color="yellow" role="alert">
            <Text size="sm" mb="xs">
              {t('settings.changed')}
            </Text>
            <Button size="xs" variant="default" onClick={() => void readAgain()}>
              {t('settings.readAgain')}
            </Button>
          </Alert>
        )}
        {!isStale && <Failing error={save.error} />}
        <Group justify="space-between" align="flex-end">
          <TextInput
            label={t('settings.reason')}
            value={reason}
            error={faultOf(save.error, 'reason')}
            maxLength={500}
            flex={1}
            miw={200}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Text size="sm" aria-live="polite">
            {t('settings.changes', { count: Object.keys(wishes).length })}
          </Text>
          <Group gap="xs">
            <Button variant="default" onClick={discard}>
              {t('settings.discard')}
            </Button>
            <Button loading={save.isRunning} onClick={() => void save.run(wishes, reason.trim())}>
              {t('settings.save')}
            </Button>
          </Group>
        </Group>
      </Stack>
    </Paper>
  );
}
