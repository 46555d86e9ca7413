// The exports of whoever looks: those that run, and files that can be fetched.

import { Button, Paper, Stack } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useCall } from '../../../api/queries.ts';
import { PageFrame } from '../../../parts/page.tsx';
import { Answered, Empty } from '../../../parts/states.tsx';
import { useSearchState } from '../../../search.ts';
import { ExportState, isOpen } from './export-line.tsx';

const LOOK_MS = 1000;

export function Page() {
  const { t } = useTranslation('messages');
  const [search] = useSearchState();
  const first = useCall('listExports', {});
  const runs = first.data?.entries.some(isOpen) ?? false;
  const query = useCall('listExports', {}, runs ? { everyMs: LOOK_MS } : {});
  const back = (
    <Button
      component={Link}
      to="/messages"
      search={{ customer: search['customer'] } as never}
      variant="default"
      leftSection={<IconArrowLeft size={16} />}
    >
      {t('exports.back')}
    </Button>
  );
  return (
    <PageFrame title={t('exports.pageTitle')} lead={t('exports.pageLead')} actions={back}>
      <Answered query={query}>
        {({ entries }) =>
          entries.length === 0 ? (
            <Empty title={t('exports.none')} hint={t('exports.noneHint')} />
          ) : (
            <Stack gap="sm">
              {entries.map((one) => (
                <Paper key={one.id} withBorder p="md">
                  <ExportState one={one} />
                </Paper>
              ))}
            </Stack>
          )
        }
      </Answered>
    </PageFrame>
  );
}
