// What is opened out of a list, beside it: with the one before and the one after, closed by Escape.

import { ActionIcon, Group, Text } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { type ReactNode, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { lazily } from './lazily.tsx';

const Drawer = lazily(async () => (await import('./overlays.tsx')).Drawer);

interface SidePanelProps {
  title: string;
  close: () => void;
  before?: (() => void) | undefined;
  next?: (() => void) | undefined;
  children: ReactNode;
}

export function SidePanel({ title, close, before, next, children }: SidePanelProps) {
  const { t } = useTranslation('parts');
  useHotkeys([
    ['alt+ArrowUp', () => before?.()],
    ['alt+ArrowDown', () => next?.()],
  ]);
  return (
    <Suspense>
      <Drawer
        opened
        onClose={close}
        position="right"
        size="xl"
        closeButtonProps={{ 'aria-label': t('panel.close') }}
        title={
          <Group gap="xs" wrap="nowrap">
            {(before !== undefined || next !== undefined) && (
              <>
                <ActionIcon variant="subtle" {...reach(before)} aria-label={t('panel.before')}>
                  <IconChevronUp size={18} />
                </ActionIcon>
                <ActionIcon variant="subtle" {...reach(next)} aria-label={t('panel.next')}>
                  <IconChevronDown size={18} />
                </ActionIcon>
              </>
            )}
            <Text fw={600} component="span" style={{ overflowWrap: 'anywhere' }}>
              {title}
            </Text>
          </Group>
        }
      >
        {children}
      </Drawer>
    </Suspense>
  );
}

/** At the first and the last the button stays what has the focus, and does nothing. */
function reach(go: (() => void) | undefined) {
  return go === undefined ? { 'data-disabled': true, 'aria-disabled': true } : { onClick: go };
}
