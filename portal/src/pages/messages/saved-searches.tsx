// Searches that were kept: opened, kept under a name, taken away.

import { ActionIcon, Button, Group, Menu, Stack, Text, TextInput } from '@mantine/core';
import { IconBookmark, IconTrash } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Answer } from '../../api/call.ts';
import { useAct, useCall } from '../../api/queries.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { faultOf } from '../../parts/field-faults.tsx';
import { Failing } from '../../parts/states.tsx';
import { useSearchState } from '../../search.ts';
import { SEARCH_PARAMETERS, searchPart } from './search-query.ts';

const PAGE = 'messages';
type Saved = Answer<'listSearches'>['entries'][number];

export function SavedSearches() {
  const { t } = useTranslation('messages');
  const [search, change] = useSearchState();
  const [saving, setSaving] = useState(false);
  const [tidying, setTidying] = useState(false);
  const { data } = useCall('listSearches', { query: { page: PAGE } });
  const saved = data?.entries ?? [];
  const isSavable = Object.keys(searchPart(search)).length > 0;
  const openSearch = (one: Saved) => {
    const none = Object.fromEntries(SEARCH_PARAMETERS.map((name) => [name, undefined]));
    change({ ...none, ...one.search }, 'push');
  };
  return (
    <>
      <Menu position="bottom-end" width={300}>
        <Menu.Target>
          <ActionIcon size="lg" variant="default" aria-label={t('saved.open')}>
            <IconBookmark size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {saved.length === 0 && <Menu.Label>{t('saved.none')}</Menu.Label>}
          {saved.map((one) => (
            <Menu.Item key={one.id} onClick={() => openSearch(one)}>
              <Text size="sm" truncate>
                {one.name}
              </Text>
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item disabled={!isSavable} onClick={() => setSaving(true)}>
            {t('saved.keep')}
          </Menu.Item>
          {saved.length > 0 && <Menu.Item onClick={() => setTidying(true)}>{t('saved.tidy')}</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
      {saving && <KeepDialog saved={saved} close={() => setSaving(false)} />}
      {tidying && <TidyDialog saved={saved} close={() => setTidying(false)} />}
    </>
  );
}

function KeepDialog({ saved, close }: { saved: readonly Saved[]; close: () => void }) {
  const { t } = useTranslation(['messages', 'parts']);
  const [search] = useSearchState();
  const [name, setName] = useState('');
  const save = useAct('saveSearch', { changes: ['listSearches'] });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === '') return;
    const body = { page: PAGE, name: name.trim(), search: searchPart(search) };
    save.mutate({ body }, { onSuccess: close });
  };
  const replaces = saved.some((one) => one.name === name.trim());
  return (
    <Dialog
      opened
      onClose={close}
      title={t('saved.title')}
      closeButtonProps={{ 'aria-label': t('panel.close', { ns: 'parts' }) }}
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          <TextInput
            label={t('saved.name')}
            description={replaces ? t('saved.replaces') : undefined}
            maxLength={80}
            value={name}
            data-autofocus
            error={faultOf(save.error, 'name')}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Failing error={save.error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              {t('act.cancel', { ns: 'parts' })}
            </Button>
            <Button type="submit" loading={save.isPending} disabled={name.trim() === ''}>
              {t('saved.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

function TidyDialog({ saved, close }: { saved: readonly Saved[]; close: () => void }) {
  const { t } = useTranslation(['messages', 'parts']);
  const remove = useAct('removeSearch', { changes: ['listSearches'] });
  return (
    <Dialog
      opened
      onClose={close}
      title={t('saved.list')}
      closeButtonProps={{ 'aria-label': t('panel.close', { ns: 'parts' }) }}
    >
      <Stack gap={4}>
        {remove.error !== null && <Failing error={remove.error} />}
        {saved.length === 0 && <Text size="sm">{t('saved.none')}</Text>}
        {saved.map(({ id, name }) => (
          <Group key={id} justify="space-between" wrap="nowrap" gap="xs">
            <Text size="sm" truncate>
              {name}
            </Text>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t('saved.remove', { name })}
              onClick={() => remove.mutate({ path: { search: id } })}
            >
              <IconTrash size={16} />
            </ActionIcon>
          </Group>
        ))}
      </Stack>
    </Dialog>
  );
}
