// Looks again now; says when it is looked by itself.

import { Button, Group, Stack, Text } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface LookButtonProps {
  look: () => unknown;
  isLooking: boolean;
  follows: boolean;
  /** What else can be done. */
  children?: ReactNode;
}

export function LookButton({ look, isLooking, follows, children }: LookButtonProps) {
  const { t } = useTranslation('joining');
  return (
    <Stack gap={4}>
      <Group gap="sm">
        <Button
          variant="default"
          leftSection={<IconRefresh size={16} />}
          loading={isLooking}
          onClick={() => void look()}
        >
          {t('records.look')}
        </Button>
        {children}
      </Group>
      {follows && (
        <Text size="sm" c="dimmed">
          {t('records.follows')}
        </Text>
      )}
    </Stack>
  );
}
