// Messages: who mailed whom and what became of it, a line a recipient; what is opened stands beside the list.

import { Box, Button, Group } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../../api/problem.ts';
import { DataList } from '../../parts/data-list.tsx';
import { PageFrame } from '../../parts/page.tsx';
import { Empty, Failing, Loading, NoRight } from '../../parts/states.tsx';
import { useIsOperator, useScope, useSearchState } from '../../search.ts';
import { ExportDialog } from './exports/export-dialog.tsx';
import { LookFurther } from './look-further.tsx';
import { useMessageColumns } from './message-columns.tsx';
import { SearchBar } from './search-bar.tsx';
import { isNarrowed, queryOf, rangeOf } from './search-query.ts';
import { type Found, type Row, useFound } from './use-found.ts';

/** Only needed once a message is opened. */
const MessagePanel = lazy(async () => ({ default: (await import('./panel/message-panel.tsx')).MessagePanel }));

/** What is opened, as the address names it: a recipient of a message, or a refusal by its place. */
export function keyOf({ id, index, cursor }: Row): string {
  if (id === undefined) return cursor;
  return index === undefined ? id : `${id}:${index}`;
}

export function Page() {
  const { t } = useTranslation('messages');
  const [search] = useSearchState();
  const isOperator = useIsOperator();
  const scope = useScope();
  const [exporting, setExporting] = useState(false);
  const q = queryOf(search);
  const found = useFound(q, scope);
  return (
    <PageFrame
      title={isOperator ? t('title.operator') : t('title.customer')}
      lead={t('lead')}
      actions={
        <Group gap="xs">
          <Button
            component={Link}
            to="/messages/exports"
            search={{ customer: isOperator ? scope : undefined } as never}
            variant="subtle"
          >
            {t('exports.all')}
          </Button>
          <Button variant="default" leftSection={<IconDownload size={16} />} onClick={() => setExporting(true)}>
            {t('exports.make')}
          </Button>
        </Group>
      }
    >
      <SearchBar fault={found.fault} />
      <FoundList found={found} withCustomer={isOperator && scope === undefined} />
      {exporting && (
        <ExportDialog query={q} customer={isOperator ? scope : undefined} close={() => setExporting(false)} />
      )}
    </PageFrame>
  );
}

function FoundList({ found, withCustomer }: { found: Found; withCustomer: boolean }) {
  const { t } = useTranslation('messages');
  const [search, change] = useSearchState();
  const columns = useMessageColumns(withCustomer);
  const { rows } = found;
  const opened = search['open'];
  const at = rows.findIndex((row) => opened !== undefined && (keyOf(row) === opened || row.id === opened));
  const opener = (row: Row | undefined) => (row === undefined ? undefined : () => change({ open: keyOf(row) }));
  return (
    <>
      <ListState found={found}>
        {/* The rows of the question before stay, paler, while the next are on their way. */}
        <Box opacity={found.isStale ? 0.55 : 1} aria-busy={found.isStale}>
          <DataList
            name="messages"
            label={t('list.label')}
            rows={rows}
            keyOf={keyOf}
            columns={columns}
            open={(row) => change({ open: keyOf(row) }, 'push')}
            opened={at === -1 ? undefined : keyOf(rows[at] as Row)}
            more={found.more}
            foot={<LookFurther found={found} />}
          />
        </Box>
      </ListState>
      {opened !== undefined && (
        <Suspense>
          <MessagePanel
            opened={opened}
            row={rows[at]}
            close={() => change({ open: undefined, recipient: undefined })}
            before={at > 0 ? opener(rows[at - 1]) : undefined}
            next={at === -1 ? undefined : opener(rows[at + 1])}
          />
        </Suspense>
      )}
    </>
  );
}

function ListState({ found, children }: { found: Found; children: ReactNode }) {
  const { rows, pages, fault } = found;
  const { error } = pages;
  if (error instanceof ApiProblem && error.status === 403) return <NoRight within />;
  const isBroken = error !== null && fault === undefined && !pages.isFetchNextPageError;
  if (isBroken && rows.length === 0) return <Failing error={error} retry={() => void pages.refetch()} />;
  if (rows.length === 0 && pages.isPending) return <Loading lines={8} />;
  if (rows.length === 0 && !found.isStale) return <Nothing found={found} />;
  return (
    <>
      {isBroken && <Failing error={error} retry={() => void pages.refetch()} />}
      {children}
    </>
  );
}

function Nothing({ found }: { found: Found }) {
  const { t } = useTranslation('messages');
  const [search, change] = useSearchState();
  if (found.fault !== undefined) return <Empty title={t('empty.fault')} hint={t('empty.faultHint')} />;
  if (found.isLooking || found.hasStopped || found.pages.isFetchNextPageError) {
    return <LookFurther found={found} isAlone />;
  }
  const range = rangeOf(search);
  const wider = range !== 'all' && (
    <Button
      variant="default"
      size="xs"
      onClick={() => change({ range: 'all', since: undefined, until: undefined }, 'push')}
    >
      {t('empty.allTime')}
    </Button>
  );
  if (isNarrowed(search)) return <Empty title={t('empty.narrowed')} hint={t('empty.narrowedHint')} action={wider} />;
  return (
    <Empty
      title={range === 'all' ? t('empty.none') : t('empty.noneInTime')}
      hint={t('empty.noneHint')}
      action={wider}
    />
  );
}
