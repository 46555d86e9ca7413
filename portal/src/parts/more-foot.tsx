// What stands below a list: more is being read, or this was all.

import { Button, Group, Loader, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { FaultText } from './states.tsx';

interface MoreProps {
  query: {
    isFetchingNextPage: boolean;
    hasNextPage: boolean;
    isFetchNextPageError?: boolean;
    error: unknown;
    fetchNextPage: () => unknown;
  };
  /** How many are shown. */
  count: number;
}

export function MoreFoot({ query, count }: MoreProps) {
  const { t } = useTranslation('parts');
  if (query.isFetchNextPageError === true) {
    return (
      <Group gap="sm" justify="center">
        <FaultText error={query.error} />
        <Button size="xs" variant="default" onClick={() => query.fetchNextPage()}>
          {t('failing.again')}
        </Button>
      </Group>
    );
  }
  return (
    <Group gap="xs" justify="center">
      {query.isFetchingNextPage && <Loader size="xs" aria-hidden />}
      <Text size="xs" c="dimmed">
        {query.isFetchingNextPage ? t('list.more') : query.hasNextPage ? '' : t('list.end', { count })}
      </Text>
    </Group>
  );
}

/** What `DataList.more` is given: reads the next page once, where there is one. */
export function readMore(query: MoreProps['query']): (() => void) | undefined {
  if (!query.hasNextPage || query.isFetchingNextPage || query.isFetchNextPageError === true) return undefined;
  return () => void query.fetchNextPage();
}
