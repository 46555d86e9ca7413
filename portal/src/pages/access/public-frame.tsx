// The frame of a page that nobody need be signed in for: a card in the middle, language and looks below it.

import { Anchor, Box, Center, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import mark from '../../mark.svg';
import { LanguageChoice, SchemeChoice } from '../../shell/person-menu.tsx';
import { changeLanguage, isLanguage } from '../../words.ts';

export function PublicFrame({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  const { t } = useTranslation(['parts', 'shell']);
  useEffect(() => {
    document.title = t('documentTitle', { title });
  }, [title, t]);
  const choose = (language: string) => {
    if (isLanguage(language)) void changeLanguage(language, true);
  };
  return (
    <Center component="main" mih="100dvh" p="md">
      <Stack w="100%" maw={420} gap="md">
        <Anchor component={Link} to="/" c="inherit" underline="never" w="fit-content">
          <Group gap="xs">
            <img src={mark} alt="" width={28} height={28} />
            <Text fw={700} size="lg" component="span">
              {t('name', { ns: 'shell' })}
            </Text>
          </Group>
        </Anchor>
        <Paper withBorder p={{ base: 'md', xs: 'lg' }} radius="md">
          <Stack gap="md">
            <Box>
              <Title order={1}>{title}</Title>
              {lead !== undefined && (
                <Text c="dimmed" size="sm" mt={4} component="div">
                  {lead}
                </Text>
              )}
            </Box>
            {children}
          </Stack>
        </Paper>
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
          <LanguageChoice onChange={choose} />
          <SchemeChoice />
        </SimpleGrid>
      </Stack>
    </Center>
  );
}
