// Text that is meant to be copied.

import { ActionIcon, Code, CopyButton, Group, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

/** A button that copies; `what` names it for those who do not see it beside its text. */
export function Copy({ text, what }: { text: string; what?: string }) {
  const { t } = useTranslation('parts');
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? t('copy.done') : t('copy.do')}>
          <ActionIcon
            variant="subtle"
            onClick={copy}
            aria-label={copied ? t('copy.done') : what === undefined ? t('copy.do') : t('copy.what', { what })}
          >
            {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}

/** One value in a line, such as a DNS record's. */
export function CopyLine({ text, what }: { text: string; what?: string }) {
  return (
    <Group gap={4} wrap="nowrap" align="center">
      <Code style={{ overflowWrap: 'anywhere', flex: 1 }}>{text}</Code>
      <Copy text={text} {...(what !== undefined && { what })} />
    </Group>
  );
}

/** Several lines, such as a configuration. */
export function CopyBlock({ text, what }: { text: string; what: string }) {
  return (
    <Group gap={4} wrap="nowrap" align="flex-start">
      <Code block tabIndex={0} role="region" aria-label={what} style={{ flex: 1, minWidth: 0 }}>
        {text}
      </Code>
      <Copy text={text} what={what} />
    </Group>
  );
}
