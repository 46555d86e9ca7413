// How far back the search has looked: it goes on by itself for a while, then asks.

import { Button, Center, Group, Loader, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../parts/formats.ts';
import { MoreFoot } from '../../parts/more-foot.tsx';
import type { Found } from './use-found.ts';

/** `isAlone`: there are no rows yet. */
export function LookFurther({ found, isAlone = false }: { found: Found; isAlone?: boolean }) {
  const { t } = useTranslation('messages');
  const formats = useFormats();
  const { rows, searchedTo, isLooking, hasStopped, goOn, stop, pages } = found;
  if (pages.isFetchNextPageError || !(isLooking || hasStopped) || searchedTo === undefined) {
    return <MoreFoot query={pages} count={rows.length} />;
  }
  const time = formats.dateTime(searchedTo);
  return (
    <Center py={isAlone ? 'xl' : 0} role={isAlone ? 'status' : undefined}>
      <Group gap="sm" justify="center">
        {isLooking && <Loader size="xs" aria-hidden />}
        <Text size="sm" c="dimmed">
          {isLooking ? t('further.looking', { time }) : t('further.stopped', { time })}
        </Text>
        {isLooking ? (
          <Button size="compact-xs" variant="subtle" onClick={stop}>
            {t('further.stop')}
          </Button>
        ) : (
          <Button size="compact-xs" variant="default" onClick={goOn}>
            {t('further.goOn')}
          </Button>
        )}
      </Group>
    </Center>
  );
}
