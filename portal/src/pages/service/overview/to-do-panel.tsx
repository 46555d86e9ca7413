// What is to be seen to, each with the way there.

import { Box, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../../parts/formats.ts';
import { Panel } from '../../../parts/panel.tsx';
import { ScopedLink } from '../../../parts/scoped-link.tsx';
import { Chip } from '../../../parts/status-chip.tsx';
import type { ToDo } from './to-do.ts';

export function ToDoPanel({ todo }: { todo: readonly ToDo[] }) {
  const { t } = useTranslation('service');
  const formats = useFormats();
  return (
    <Panel title={t('overview.todoTitle')}>
      <Stack gap="xs" component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
        {todo.map(({ word, tone, count, link }) => {
          const text = t(`overview.todo.${word}`, { count, number: formats.number(count) });
          return (
            <Group key={word} component="li" gap="sm" wrap="nowrap" align="flex-start" data-todo={word}>
              <Box flex="none">
                <Chip tone={tone}>{t(`overview.tone.${tone}`)}</Chip>
              </Box>
              <Text size="sm" component="span">
                {link === undefined ? (
                  text
                ) : (
                  <ScopedLink to={link.to} search={link.search}>
                    {text}
                  </ScopedLink>
                )}
              </Text>
            </Group>
          );
        })}
      </Stack>
    </Panel>
  );
}
