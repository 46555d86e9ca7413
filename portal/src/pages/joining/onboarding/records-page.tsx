// For a colleague who looks after DNS: the records of a customer, what was found of each, and nothing else.

import { Stack, Text, Title } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../../../api/problem.ts';
import { Answered, Empty, Failing, Loading } from '../../../parts/states.tsx';
import { RecordsList, useRecordsSentence } from '../records-list.tsx';
import { useFirstLanguage } from './first-language.ts';
import { useLinkToken } from './link.ts';
import { LinkEnded } from './link-ended.tsx';
import { LookButton } from './look-button.tsx';
import { PublicFrame } from './public-frame.tsx';
import { useLinkRecords } from './use-link-records.ts';

export function Page() {
  const token = useLinkToken();
  return token === undefined ? <LinkEnded token={undefined} /> : <Records key={token} token={token} />;
}

function Records({ token }: { token: string }) {
  const { t } = useTranslation('joining');
  const sentence = useRecordsSentence();
  const { records, checks, look, isLooking, error, goesOn } = useLinkRecords(token, { follow: true });
  const isInLanguage = useFirstLanguage(records.data?.language);
  useEffect(() => {
    document.title = t('recordsPage.title');
  }, [t]);
  if (records.error instanceof ApiProblem && records.error.status === 401) return <LinkEnded token={token} />;
  if (!isInLanguage) return <Loading />;
  const known = checks.data?.entries ?? [];
  return (
    <PublicFrame>
      <Stack maw={820}>
        <Title order={1}>{t('recordsPage.title')}</Title>
        <Text>{t('recordsPage.lead')}</Text>
        <Answered query={{ ...records, refetch: () => Promise.all([records.refetch(), checks.refetch(), look()]) }}>
          {({ entries }) =>
            entries.length === 0 ? (
              <Empty title={t('dns.empty')} hint={t('recordsPage.empty')} />
            ) : (
              <Stack>
                <Text fw={600} role="status">
                  {sentence(entries, known)}
                </Text>
                <LookButton look={look} isLooking={isLooking} follows={goesOn} />
                {error !== undefined && <Failing error={error} retry={() => void look()} />}
                <RecordsList records={entries} checks={known} level={2} />
              </Stack>
            )
          }
        </Answered>
      </Stack>
    </PublicFrame>
  );
}
