// Nothing to tell in a part of a page: one line, so that what there is stands out.

import { Group, Text } from '@mantine/core';
import { IconCircleCheck, IconCircleDashed } from '@tabler/icons-react';
import type { ReactNode } from 'react';

interface QuietNoteProps {
  children: string;
  /** It is good that there is nothing. */
  good?: boolean;
  hint?: ReactNode;
}

export function QuietNote({ children, good = false, hint }: QuietNoteProps) {
  const Icon = good ? IconCircleCheck : IconCircleDashed;
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      <Icon
        size={20}
        stroke={1.6}
        style={{ flex: 'none' }}
        color={good ? 'light-dark(#2e8b57, #5cc08a)' : 'currentColor'}
        aria-hidden
      />
      <div>
        <Text size="sm">{children}</Text>
        {hint !== undefined && (
          <Text size="xs" c="dimmed" component="div">
            {hint}
          </Text>
        )}
      </div>
    </Group>
  );
}
