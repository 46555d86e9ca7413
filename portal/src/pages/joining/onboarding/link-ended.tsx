// A link that opens nothing: why, and what to do. Who watched its customer go live sees the tests, and what is left to do.

import { Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { IconCircleCheck, IconLinkOff } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../api/call.ts';
import { useCall } from '../../../api/queries.ts';
import { DnsCard } from '../../../parts/dns-card.tsx';
import { Answered } from '../../../parts/states.tsx';
import { TrialWay } from '../trial-way.tsx';
import { PublicFrame } from './public-frame.tsx';

type Ended = Exclude<Answer<'lookAtLink'>['state'], 'open'> | 'incomplete';

/** `token` absent: the address holds none. */
export function LinkEnded({ token }: { token: string | undefined }) {
  const query = useCall('lookAtLink', { body: { token: token ?? '' } }, { enabled: token !== undefined });
  if (token === undefined) return <EndedPage state="incomplete" />;
  return (
    <Answered query={query}>
      {({ state }) => <EndedPage state={state === 'open' ? 'unknown' : state} token={token} />}
    </Answered>
  );
}

function EndedPage({ state, token }: { state: Ended; token?: string }) {
  const { t } = useTranslation('joining');
  const isGood = state === 'live';
  return (
    <PublicFrame>
      <Stack align="center" ta="center" gap="sm" py="xl">
        <ThemeIcon size={56} radius="xl" variant="light" color={isGood ? 'green' : 'gray'} aria-hidden>
          {isGood ? <IconCircleCheck size={30} /> : <IconLinkOff size={30} />}
        </ThemeIcon>
        <Title order={1}>{t(`ended.${state}.title`)}</Title>
        <Text maw={560}>{t(`ended.${state}.hint`)}</Text>
      </Stack>
      {isGood && token !== undefined && <LastSeen token={token} />}
    </PublicFrame>
  );
}

/** What the page had been told before the link ended. */
function LastSeen({ token }: { token: string }) {
  const queries = useQueryClient();
  const trial = queries.getQueryData<Answer<'getOnboardingTest'>>(['getOnboardingTest', { link: token }]);
  const records = queries.getQueryData<Answer<'getOnboardingRecords'>>(['getOnboardingRecords', { link: token }]);
  const mx = (records?.entries ?? []).filter(({ purpose }) => purpose === 'mx');
  return (
    <Stack maw={820} mx="auto">
      {mx.map((record) => (
        <DnsCard key={`${record.host} ${record.value}`} record={record} check={undefined} level={2} />
      ))}
      {/* It went live because both had passed; of one that came at last the page may have heard nothing. */}
      {(['outbound', 'inbound'] as const).map((direction) => {
        const way = trial?.[direction];
        if (way === undefined || way.journey.length === 0) return null;
        const passed = { ...way, state: 'passed' as const, refused: [] };
        return <TrialWay key={direction} way={passed} direction={direction} level={2} />;
      })}
    </Stack>
  );
}
