// What is done to many messages in quarantine, before it is done.

import { Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Answer, call } from '../../../api/call.ts';
import { useCall } from '../../../api/queries.ts';
import { ConfirmAct } from '../../../parts/confirm-act.tsx';
import { useFormats } from '../../../parts/formats.ts';
import { Answered } from '../../../parts/states.tsx';
import { useSearchState } from '../../../search.ts';
import { MeantFrame, Sample } from '../queues/meant-box.tsx';
import { type HeldQuery, useApiLanguage } from './held-query.ts';

export const BULK_ACTIONS = ['release', 'report_ham', 'report_spam', 'delete'] as const;
export type BulkAction = (typeof BULK_ACTIONS)[number];

export interface WantedBulk {
  action: BulkAction;
  query: HeldQuery;
}

export function BulkDialog({ wanted: { action, query }, close }: { wanted: WantedBulk; close: (done?: true) => void }) {
  const { t } = useTranslation('holding');
  const language = useApiLanguage();
  const [, change] = useSearchState();
  const preview = useCall('previewQuarantineChange', { body: { query, action, language } });
  const { data } = preview;
  return (
    <ConfirmAct
      title={t(action === 'release' ? 'held.bulkTitle' : `verbs.${action}.title`)}
      verb={t(`verbs.${action}.go`)}
      danger={action === 'delete'}
      {...(action === 'delete' && { typed: t('verbs.deleteWord') })}
      reason="optional"
      waiting={data === undefined || data.messages === 0}
      close={() => close()}
      act={async (reason) => {
        const job = await call('startQuarantineJob', {
          body: {
            // What comes while this is open was not shown, and is left alone.
            query: { ...query, ...(data !== undefined && { before: data.before }) },
            action,
            ...(data !== undefined && { expected: data.messages }),
            ...(reason !== '' && { reason }),
          },
        });
        close(true);
        change({ job: job.id, open: undefined });
      }}
    >
      <Stack gap="sm">
        <Text size="sm">{t(action === 'release' ? 'held.bulkHint' : `verbs.${action}.hint`)}</Text>
        <Answered query={preview} lines={3}>
          {(found) => <Meant found={found} />}
        </Answered>
      </Stack>
    </ConfirmAct>
  );
}

function Meant({ found }: { found: Answer<'previewQuarantineChange'> }) {
  const { t } = useTranslation('holding');
  const formats = useFormats();
  const { virus, operator } = found.skipped;
  const numbers = [
    t('meant.recipients', { count: found.recipients }),
    ...(found.customer_count > 1 ? [t('meant.customers', { count: found.customer_count })] : []),
  ];
  return (
    <MeantFrame>
      {found.messages === 0 ? (
        <Text>{t('meant.nothing')}</Text>
      ) : (
        <Group gap="xs" align="baseline">
          <Text fw={700} size="lg">
            {t('meant.messages', { count: found.messages })}
          </Text>
          <Text>{formats.list(numbers)}</Text>
        </Group>
      )}
      {found.more && <Text size="sm">{t('meant.more')}</Text>}
      {virus > 0 && <Text size="sm">{t('meant.skippedVirus', { count: virus })}</Text>}
      {operator > 0 && <Text size="sm">{t('meant.skippedOperator', { count: operator })}</Text>}
      {found.messages > 0 && (
        <Text size="sm" c="dimmed">
          {t('meant.later')}
        </Text>
      )}
      <Sample
        lines={found.sample.map((one) => ({
          key: one.id,
          text: [one.header_from ?? one.from, one.subject ?? one.to.join(', ')].join(' · '),
        }))}
      />
    </MeantFrame>
  );
}
