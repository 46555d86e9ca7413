// The records to publish, and how they turn green.

import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Answered, Empty, Failing } from '../../../parts/states.tsx';
import { RecordsList, useRecordsSentence } from '../records-list.tsx';
import { LookButton } from './look-button.tsx';
import { ShareRecords } from './share-records.tsx';
import { useLinkRecords } from './use-link-records.ts';

export function StepDns({ token, mayShare }: { token: string; mayShare: boolean }) {
  const { t } = useTranslation('joining');
  const sentence = useRecordsSentence();
  const { records, checks, look, isLooking, error, goesOn } = useLinkRecords(token, { follow: true });
  const known = checks.data?.entries ?? [];
  return (
    <Stack>
      <Text>{t('dns.lead')}</Text>
      <Answered query={records}>
        {({ entries }) =>
          entries.length === 0 ? (
            <Empty title={t('dns.empty')} hint={t('dns.emptyHint')} />
          ) : (
            <Stack>
              <Text fw={600} role="status">
                {sentence(entries, known)}
              </Text>
              <LookButton look={look} isLooking={isLooking} follows={goesOn}>
                {mayShare && <ShareRecords token={token} />}
              </LookButton>
              {error !== undefined && <Failing error={error} retry={() => void look()} />}
              <RecordsList records={entries} checks={known} />
            </Stack>
          )
        }
      </Answered>
    </Stack>
  );
}
