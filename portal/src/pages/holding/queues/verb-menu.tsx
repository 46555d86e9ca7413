// What can be done to queued mail, as a menu: for a row, or for what is chosen.

import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconDots, IconHandStop, IconPlayerPlay, IconRefresh, IconRoute, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { DANGER } from '../../../parts/danger.ts';
import { useMay } from '../../../session.ts';
import { QUEUE_VERBS, type QueueVerb } from './queue-query.ts';

const ICONS = {
  hold: IconHandStop,
  release: IconPlayerPlay,
  retry: IconRefresh,
  reroute: IconRoute,
  remove: IconTrash,
} as const satisfies Record<QueueVerb, unknown>;

const looksOf = (verb: QueueVerb) => (verb === 'remove' ? { c: DANGER } : {});

interface MenuProps {
  /** What is acted on. */
  name: string;
  choose: (verb: QueueVerb) => void;
}

/** In a row: three dots. Nothing for those who may not. */
export function VerbMenu({ name, choose }: MenuProps) {
  const { t } = useTranslation('holding');
  if (!useMay('queue:write')) return null;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t('verbs.menu', { name })}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {QUEUE_VERBS.map((verb) => {
          const Icon = ICONS[verb];
          return (
            <Menu.Item key={verb} {...looksOf(verb)} leftSection={<Icon size={14} />} onClick={() => choose(verb)}>
              {t(`verbs.${verb}.do`)}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Over a list: a button each. */
export function VerbButtons({ choose }: { choose: (verb: QueueVerb) => void }) {
  const { t } = useTranslation('holding');
  if (!useMay('queue:write')) return null;
  return QUEUE_VERBS.map((verb) => {
    const Icon = ICONS[verb];
    return (
      <Button
        key={verb}
        size="compact-sm"
        variant="default"
        {...looksOf(verb)}
        leftSection={<Icon size={14} />}
        onClick={() => choose(verb)}
      >
        {t(`verbs.${verb}.do`)}
      </Button>
    );
  });
}
