import { Button, Group, Stack, Text } from '@mantine/core';
import { IconDeviceDesktop } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../api/call.ts';
import { useFormats } from '../../parts/formats.ts';
import { Chip } from '../../parts/status-chip.tsx';
import { programOf, useAgentName } from './agent.ts';

interface SessionLineProps {
  session: Answer<'listUserSessions'>['entries'][number];
  isHere?: boolean;
  end?: () => void;
}

/** One session: with what, from where, since when. */
export function SessionLine({ session, isHere = false, end }: SessionLineProps) {
  const { t } = useTranslation('access');
  const formats = useFormats();
  const named = useAgentName();
  const name = named(programOf(session.agent));
  const from =
    session.last_from === null ? t('sessions.unknownFrom') : t('sessions.from', { address: session.last_from });
  const since = t('sessions.begun', { time: formats.dateTime(session.made_at) });
  const used = t('sessions.used', { time: formats.relative(session.last_used_at) });
  return (
    <Group justify="space-between" gap="xs" wrap="nowrap">
      <Group gap="sm" wrap="nowrap" miw={0}>
        <IconDeviceDesktop size={20} stroke={1.6} aria-hidden style={{ flexShrink: 0 }} />
        <Stack gap={0} miw={0}>
          <Group gap="xs">
            <Text size="sm" fw={600}>
              {name}
            </Text>
            {isHere && <Chip tone="good">{t('sessions.here')}</Chip>}
          </Group>
          <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {from} · {since} · {used}
          </Text>
        </Stack>
      </Group>
      {end !== undefined && (
        <Button
          size="compact-sm"
          variant="subtle"
          onClick={end}
          style={{ flexShrink: 0 }}
          aria-label={`${t('sessions.end')}: ${name}, ${from}`}
        >
          {t('sessions.end')}
        </Button>
      )}
    </Group>
  );
}
