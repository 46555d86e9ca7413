// A refusal: it has no message behind it, so what the list knows is all there is.

import { Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Fact, Facts } from '../../../parts/facts.tsx';
import { useReplyText } from '../../../parts/reply-text.ts';
import { Empty } from '../../../parts/states.tsx';
import { When } from '../../../parts/when.tsx';
import { useAddressText } from '../message-columns.tsx';
import type { Row } from '../use-found.ts';
import { Verdict } from './verdict.tsx';

export function RefusalFacts({ row }: { row: Row | undefined }) {
  const { t } = useTranslation('messages');
  const addressText = useAddressText();
  const replyText = useReplyText();
  if (row === undefined) return <Empty title={t('refusal.gone')} hint={t('refusal.goneHint')} />;
  const facts: readonly Fact[] = [
    { name: t('refusal.at'), value: <When at={row.at} /> },
    { name: t('refusal.why'), value: row.refusal === undefined ? undefined : replyText(row.refusal) },
    { name: t('refusal.reply'), value: row.reply === undefined ? undefined : <span lang="en">{row.reply}</span> },
    { name: t('fact.from'), value: addressText(row.from) },
    { name: t('fact.to'), value: row.to },
    { name: t('refusal.client'), value: row.ip },
    { name: t('fact.customer'), value: row.customer },
    { name: t('fact.direction'), value: row.direction === undefined ? undefined : t(`direction.${row.direction}`) },
    { name: t('refusal.count'), value: row.count },
  ];
  return (
    <Stack gap="md">
      <Verdict status="rejected" event={undefined} />
      <Facts facts={facts} />
    </Stack>
  );
}
