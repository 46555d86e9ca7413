// What a link to a message shows to somebody who does not sign in: masked, until its end. The token stands behind the #,
// and goes to the relay in a body alone.

import { Alert, Box, Container, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Answer, call } from '../../../api/call.ts';
import { ApiProblem } from '../../../api/problem.ts';
import mark from '../../../mark.svg';
import { Facts } from '../../../parts/facts.tsx';
import { useFormats } from '../../../parts/formats.ts';
import { Answered, Empty } from '../../../parts/states.tsx';
import { When } from '../../../parts/when.tsx';
import { LanguageChoice, SchemeChoice } from '../../../shell/person-menu.tsx';
import { changeLanguage, isLanguage } from '../../../words.ts';
import { eventsFor, lastWord } from '../panel/events.ts';
import { MessageTimeline } from '../panel/timeline.tsx';
import { Verdict } from '../panel/verdict.tsx';

type Shared = Answer<'openShare'>;

export function Page() {
  const { t } = useTranslation(['messages', 'parts', 'shell']);
  // Read once: the address stays as it is, so that the page can be loaded again.
  const [token] = useState(() => window.location.hash.slice(1));
  const query = useQuery({
    queryKey: ['openShare'],
    queryFn: () => call('openShare', { body: { token } }),
    enabled: token.length >= 20,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  useEffect(() => {
    document.title = t('documentTitle', { ns: 'parts', title: t('shared.title') });
  }, [t]);
  const isOver = token.length < 20 || (query.error instanceof ApiProblem && [400, 410].includes(query.error.status));
  return (
    <Container component="main" size="md" py="lg">
      <Stack gap="md">
        <Group justify="space-between" align="flex-start">
          <Group gap="xs">
            <img src={mark} alt="" width={28} height={28} />
            <Text fw={700} size="lg">
              {t('name', { ns: 'shell' })}
            </Text>
          </Group>
          <Group gap="xs">
            <LanguageChoice onChange={(language) => isLanguage(language) && void changeLanguage(language, true)} />
            <SchemeChoice />
          </Group>
        </Group>
        <Paper withBorder p={{ base: 'md', sm: 'lg' }} radius="md">
          <Title order={1} mb="xs">
            {t('shared.title')}
          </Title>
          {isOver ? (
            <Empty title={t('shared.over')} hint={t('shared.overHint')} />
          ) : (
            <Answered query={query}>{(shared) => <SharedMessage shared={shared} />}</Answered>
          )}
        </Paper>
      </Stack>
    </Container>
  );
}

function SharedMessage({ shared }: { shared: Shared }) {
  const { t } = useTranslation('messages');
  const formats = useFormats();
  const { recipients } = shared;
  return (
    <Stack gap="lg">
      <Text size="sm" c="dimmed">
        {t('shared.lead', { relay: shared.relay })} {t('shared.until', { time: formats.dateTime(shared.expires_at) })}
      </Text>
      <Facts
        facts={[
          { name: t('fact.from'), value: shared.from },
          { name: t('fact.to'), value: recipients.map(({ address }) => address).join(', ') },
          { name: t('fact.subject'), value: shared.subject },
          { name: t('fact.accepted'), value: <When at={shared.at} /> },
          { name: t('fact.size'), value: shared.size === undefined ? undefined : formats.size(shared.size) },
          { name: t('fact.id'), value: shared.id },
        ]}
      />
      {recipients.map(({ index, address, status }) => (
        <Box key={index} component="section">
          {recipients.length > 1 && (
            <Title order={2} size="h3" mb={4}>
              {address}
            </Title>
          )}
          <Verdict status={status} event={lastWord(eventsFor(shared.events, index))} />
        </Box>
      ))}
      <section>
        <Title order={2} size="h3" mb="sm">
          {t('panel.happened')}
        </Title>
        <MessageTimeline events={eventsFor(shared.events, undefined)} isOfSeveral={recipients.length > 1} />
      </section>
      <Alert color="gray" variant="light" p="sm">
        <Text size="sm">{t('shared.masked')}</Text>
      </Alert>
    </Stack>
  );
}
