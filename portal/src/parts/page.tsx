// The frame of a page: its name, what it is for, what can be done.

import { Box, Group, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';

interface PageProps {
  title: string;
  /** One sentence: what is to be seen here, or whether all is well. */
  lead?: ReactNode;
  /** Buttons, the most important last. */
  actions?: ReactNode;
  children: ReactNode;
}

export function PageFrame({ title, lead, actions, children }: PageProps) {
  const { t } = useTranslation('parts');
  useEffect(() => {
    document.title = t('documentTitle', { title });
  }, [title, t]);
  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-start" gap="sm">
        <Box maw={760}>
          <Title order={1}>{title}</Title>
          {lead !== undefined && (
            <Text c="dimmed" component="div" size="sm">
              {lead}
            </Text>
          )}
        </Box>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}
