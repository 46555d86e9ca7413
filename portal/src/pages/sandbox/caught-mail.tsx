// The caught messages, the one that is open, and how to send another. New ones appear by themselves.

import { Anchor, Badge, Box, Button, Grid, Group, Paper, Stack, Text, UnstyledButton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { type Entry, usePages } from '../../api/queries.ts';
import { Panel } from '../../parts/panel.tsx';
import { Empty, Failing, Loading } from '../../parts/states.tsx';
import { When } from '../../parts/when.tsx';
import { useSearchState } from '../../search.ts';
import { CaughtMessage } from './caught-message.tsx';
import type { Sandbox } from './sandbox-page.tsx';
import { SendMessage } from './send-message.tsx';

type Caught = Entry<'listCaught'>;

const LOOK_MS = 1500;
const PAGE = 50;

export function CaughtMail({ sandbox }: { sandbox: Sandbox }) {
  const list = usePages('listCaught', { query: { limit: PAGE } }, { everyMs: LOOK_MS });
  const [search] = useSearchState();
  const isNarrow = useMediaQuery('(max-width: 62em)', false, { getInitialValueInEffect: false });
  if (list.error !== null && list.entries === undefined) {
    return <Failing error={list.error} retry={() => void list.refetch()} />;
  }
  if (list.entries === undefined) return <Loading />;
  const chosen = search['message'];
  // Where there is room the newest is open, until another one is chosen.
  const open = chosen ?? (isNarrow ? undefined : list.entries[0]?.name);
  if (isNarrow && open !== undefined) return <OpenMessage name={open} canGoBack />;
  return (
    <Grid gap="md">
      <Grid.Col span={{ base: 12, md: 4.5 }}>
        <Stack gap="md">
          <SendMessage sandbox={sandbox} isFirst={list.entries.length === 0} />
          <CaughtList list={list} entries={list.entries} open={open} />
        </Stack>
      </Grid.Col>
      {!isNarrow && (
        <Grid.Col span={{ base: 12, md: 7.5 }}>
          {open === undefined ? <NothingYet /> : <OpenMessage name={open} />}
        </Grid.Col>
      )}
    </Grid>
  );
}

function NothingYet() {
  const { t } = useTranslation('sandbox');
  return (
    <Paper withBorder>
      <Empty title={t('caught.empty')} hint={t('caught.emptyHint')} />
    </Paper>
  );
}

function OpenMessage({ name, canGoBack = false }: { name: string; canGoBack?: boolean }) {
  const { t } = useTranslation('sandbox');
  const [, change] = useSearchState();
  const back = useRef<HTMLButtonElement>(null);
  // It takes the place of the list: who opened it from far down reads it from its beginning.
  useEffect(() => back.current?.focus(), []);
  return (
    <Stack gap="xs">
      {canGoBack && (
        <Anchor
          component="button"
          type="button"
          ref={back}
          ta="start"
          onClick={() => change({ message: undefined }, 'push')}
        >
          {t('caught.back')}
        </Anchor>
      )}
      <CaughtMessage key={name} name={name} />
    </Stack>
  );
}

interface ListProps {
  list: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
  entries: readonly Caught[];
  open: string | undefined;
}

function CaughtList({ list, entries, open }: ListProps) {
  const { t } = useTranslation('sandbox');
  return (
    <Panel
      title={t('caught.title')}
      hint={t('caught.new')}
      actions={<Badge variant="light">{`${entries.length}${list.hasNextPage ? '+' : ''}`}</Badge>}
    >
      <Box component="ul" aria-live="polite" aria-relevant="additions" m={0} p={0} style={{ listStyle: 'none' }}>
        {entries.map((entry) => (
          <li key={entry.name}>
            <CaughtLine entry={entry} isOpen={entry.name === open} />
          </li>
        ))}
      </Box>
      {entries.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('caught.empty')}
        </Text>
      )}
      {list.hasNextPage && (
        <Button variant="default" size="xs" loading={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
          {t('caught.more')}
        </Button>
      )}
    </Panel>
  );
}

function CaughtLine({ entry, isOpen }: { entry: Caught; isOpen: boolean }) {
  const { t } = useTranslation('sandbox');
  const [, change] = useSearchState();
  return (
    <UnstyledButton
      w="100%"
      px="xs"
      py={7}
      className="data-list-row"
      mod={{ open: true, opened: isOpen }}
      aria-current={isOpen}
      onClick={() => change({ message: entry.name }, 'push')}
    >
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text fw={600} size="sm" truncate>
          {entry.subject === '' ? t('caught.noSubject') : entry.subject}
        </Text>
        <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
          <When at={entry.at} as="time" />
        </Text>
      </Group>
      <Text size="xs" c="dimmed" truncate>
        {entry.from === '' ? t('caught.noSender') : entry.from} {t('caught.to', { to: entry.to.join(', ') })}
      </Text>
    </UnstyledButton>
  );
}
