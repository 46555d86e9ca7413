// Messages in quarantine, the newest first; chosen one by one, or all that match.

import { Button, Text } from '@mantine/core';
import { Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePages } from '../../../api/queries.ts';
import { DANGER } from '../../../parts/danger.ts';
import { DataList } from '../../../parts/data-list.tsx';
import { lazily, loadAhead } from '../../../parts/lazily.tsx';
import { MoreFoot, readMore } from '../../../parts/more-foot.tsx';
import { Answered, Empty } from '../../../parts/states.tsx';
import { useSearchState } from '../../../search.ts';
import { useMay } from '../../../session.ts';
import { useChoice } from '../bulk/choice.ts';
import { ChoiceBar } from '../bulk/choice-bar.tsx';
import { BULK_ACTIONS, BulkDialog, type WantedBulk } from './bulk-dialog.tsx';
import { useHeldColumns } from './held-columns.tsx';
import { type HeldMessage, useApiLanguage, useHeldQuery } from './held-query.ts';

const BUTTON = { size: 'compact-sm', variant: 'default' } as const;
/** As previewQuarantineChange takes. */
const MOST_IDS = 500;

/** Only needed once a message is opened. */
const loadPanel = async () => (await import('./held-panel.tsx')).HeldPanel;
const HeldPanel = lazily(loadPanel);

export function HeldList() {
  const { t } = useTranslation('holding');
  const query = useHeldQuery();
  const language = useApiLanguage();
  const [search, change] = useSearchState();
  const mayWrite = useMay('quarantine:write');
  const [wanted, setWanted] = useState<WantedBulk>();
  const [turn, setTurn] = useState(0);
  const pages = usePages('listQuarantine', { query: { ...query, language, limit: 100 } }, { keep: true });
  const rows = pages.entries ?? [];
  const columns = useHeldColumns();
  const choice = useChoice(rows, `${turn} ${JSON.stringify(query)}`, {
    keyOf: ({ id }) => id,
    nameOf: (row) => t('quarantine.list.select', { from: row.header_from ?? row.from }),
    most: MOST_IDS,
  });
  const more = readMore(pages);
  useEffect(() => loadAhead(loadPanel), []);
  // A page may be empty and not the last: few of what was looked at were meant.
  useEffect(() => {
    if (rows.length === 0) more?.();
  }, [rows.length, more]);
  const opened = search['open'];
  return (
    <>
      {mayWrite && rows.length > 0 && (
        <ChoiceBar choice={choice}>
          {BULK_ACTIONS.map((action) => (
            <Button
              key={action}
              {...BUTTON}
              {...(action === 'delete' && { c: DANGER })}
              onClick={() => setWanted({ action, query: choice.isAll ? query : { ids: choice.keys } })}
            >
              {t(`verbs.${action}.do`)}
            </Button>
          ))}
        </ChoiceBar>
      )}
      <Answered query={pages}>
        {() =>
          rows.length === 0 && !pages.hasNextPage ? (
            <Nothing isFiltered={Object.keys(query).some((name) => name !== 'customer')} />
          ) : (
            <DataList
              name="quarantine"
              label={t('quarantine.list.label')}
              rows={rows}
              keyOf={({ id }) => id}
              columns={columns}
              open={({ id }) => change({ open: id }, 'push')}
              opened={opened}
              selection={mayWrite ? choice.selection : undefined}
              more={more}
              foot={<MoreFoot query={pages} count={rows.length} />}
            />
          )
        }
      </Answered>
      <Opened rows={rows} />
      {wanted !== undefined && (
        <BulkDialog
          wanted={wanted}
          close={(done) => {
            setWanted(undefined);
            if (done === true) setTurn((before) => before + 1);
          }}
        />
      )}
    </>
  );
}

/** The message that the address names, and the way to those beside it. */
function Opened({ rows }: { rows: readonly HeldMessage[] }) {
  const [search, change] = useSearchState();
  const opened = search['open'];
  if (opened === undefined) return null;
  const at = rows.findIndex(({ id }) => id === opened);
  const opener = (row: HeldMessage | undefined) => (row === undefined ? undefined : () => change({ open: row.id }));
  return (
    <Suspense>
      <HeldPanel
        id={opened}
        close={() => change({ open: undefined })}
        before={opener(rows[at - 1])}
        next={at === -1 ? undefined : opener(rows[at + 1])}
      />
    </Suspense>
  );
}

function Nothing({ isFiltered }: { isFiltered: boolean }) {
  const { t } = useTranslation('holding');
  const words = isFiltered ? 'quarantine.emptyFiltered' : 'quarantine.empty';
  return <Empty title={t(`${words}.title`)} hint={<Text inherit>{t(`${words}.hint`)}</Text>} />;
}
