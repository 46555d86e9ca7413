// Looks again now; says when it is looked by itself.

import { Button, Group, Text } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

export function LookButton({
  look,
  isLooking,
  follows,
}: {
  look: () => unknown;
  isLooking: boolean;
  follows: boolean;
}) {
  const { t } = useTranslation('joining');
  return (
    <Group gap="sm">
      <Button variant="default" leftSection={<IconRefresh size={16} />} loading={isLooking} onClick={() => void look()}>
        {t('records.look')}
      </Button>
      {follows && (
        <Text size="sm" c="dimmed">
          {t('records.follows')}
        </Text>
      )}
    </Group>
  );
}
