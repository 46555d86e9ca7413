// Our sending addresses: each with its state and what DNS says, in their pools, and the SPF include made from them.

import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCall } from '../../../api/queries.ts';
import { PageFrame } from '../../../parts/page.tsx';
import { Answered, Empty } from '../../../parts/states.tsx';
import { UrlTabs } from '../../../parts/url-tabs.tsx';
import { useMay } from '../../../session.ts';
import { AddressList } from './address-list.tsx';
import type { Pool } from './address-state.tsx';
import { CreatePool } from './create-pool.tsx';
import { PoolsTab } from './pools-tab.tsx';
import { SpfTab } from './spf-tab.tsx';

export function Page() {
  const { t } = useTranslation('customers');
  const pools = useCall('listPools', { query: { limit: 1000 } });
  const may = useMay('pools:write');
  const [isOpen, setOpen] = useState(false);
  return (
    <PageFrame
      title={t('addresses.title')}
      lead={pools.data === undefined ? t('addresses.lead') : <Sentence pools={pools.data.entries} />}
      actions={
        may && (
          <Button leftSection={<IconPlus size={16} />} onClick={() => setOpen(true)}>
            {t('pool.create')}
          </Button>
        )
      }
    >
      <Answered query={pools}>
        {({ entries }) =>
          entries.length === 0 ? (
            <Empty title={t('addresses.none')} hint={t('addresses.noneHint')} />
          ) : (
            <UrlTabs
              label={t('addresses.title')}
              tabs={[
                { id: 'addresses', label: t('addresses.tab'), content: () => <AddressList pools={entries} /> },
                { id: 'pools', label: t('addresses.pools'), content: () => <PoolsTab pools={entries} /> },
                { id: 'spf', label: t('addresses.spf'), content: () => <SpfTab /> },
              ]}
            />
          )
        }
      </Answered>
      {isOpen && <CreatePool close={() => setOpen(false)} />}
    </PageFrame>
  );
}

/** Whether all is well. */
function Sentence({ pools }: { pools: readonly Pool[] }) {
  const { t } = useTranslation('customers');
  const all = pools.flatMap(({ addresses }) => addresses);
  const active = all.filter(({ state }) => state === 'active');
  const failing = active.filter(({ checks }) => checks.some(({ state }) => state === 'fail'));
  const words = t('addresses.count', { active: active.length, count: all.length });
  const isLooked = active.every(({ looked_at }) => looked_at !== null);
  if (failing.length > 0) {
    return (
      <>
        {words} {t('addresses.failing', { count: failing.length })}
      </>
    );
  }
  return (
    <>
      {words} {isLooked ? t('addresses.fine') : t('addresses.toLook')}
    </>
  );
}
