// A link that opens nothing: why, and what to do.

import { Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { IconCircleCheck, IconLinkOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useCall } from '../../../api/queries.ts';
import { Answered } from '../../../parts/states.tsx';
import { PublicFrame } from './public-frame.tsx';

/** `token` absent: the address holds none. */
export function LinkEnded({ token }: { token: string | undefined }) {
  const query = useCall('lookAtLink', { body: { token: token ?? '' } }, { enabled: token !== undefined });
  if (token === undefined) return <EndedPage state="incomplete" />;
  return <Answered query={query}>{({ state }) => <EndedPage state={state === 'open' ? 'unknown' : state} />}</Answered>;
}

type Ended = 'incomplete' | 'unknown' | 'expired' | 'replaced' | 'revoked' | 'finished';

function EndedPage({ state }: { state: Ended }) {
  const { t } = useTranslation('joining');
  const isGood = state === 'finished';
  return (
    <PublicFrame>
      <Stack align="center" ta="center" gap="sm" py="xl">
        <ThemeIcon size={56} radius="xl" variant="light" color={isGood ? 'green' : 'gray'} aria-hidden>
          {isGood ? <IconCircleCheck size={30} /> : <IconLinkOff size={30} />}
        </ThemeIcon>
        <Title order={1}>{t(`ended.${state}.title`)}</Title>
        <Text maw={560}>{t(`ended.${state}.hint`)}</Text>
      </Stack>
    </PublicFrame>
  );
}
