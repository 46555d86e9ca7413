// How to send a message: one button, or a line for a shell.

import { Button, Code, Group, SegmentedControl, Select, Stack, Text } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../api/call.ts';
import { useAct } from '../../api/queries.ts';
import { CopyBlock } from '../../parts/copy.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Failing } from '../../parts/states.tsx';
import type { Sandbox } from './sandbox-page.tsx';

const KINDS = ['text', 'html', 'hostile'] as const;

export function SendMessage({ sandbox, isFirst }: { sandbox: Sandbox; isFirst: boolean }) {
  const { t } = useTranslation('sandbox');
  const [kind, setKind] = useState<(typeof KINDS)[number]>('text');
  const send = useAct('sendSample', { changes: ['listCaught'] });
  const smtp = `${sandbox.smtp.host}:${sandbox.smtp.port}`;
  return (
    <Panel
      title={isFirst ? t('send.first') : t('send.title')}
      hint={t('send.hint', { customer: sandbox.customer, domain: sandbox.domain, smtp })}
    >
      <Group gap="xs" align="flex-end">
        <Select
          aria-label={t('send.kind')}
          data={KINDS.map((value) => ({ value, label: t(`send.kinds.${value}`) }))}
          value={kind}
          allowDeselect={false}
          onChange={(value) => setKind(KINDS.find((one) => one === value) ?? 'text')}
          style={{ flex: '1 1 9rem' }}
        />
        <Button
          leftSection={<IconSend size={16} />}
          loading={send.isPending}
          onClick={() => send.mutate({ body: { kind } })}
        >
          {t('send.button')}
        </Button>
      </Group>
      {send.error !== null && <Failing error={send.error} />}
      {send.data !== undefined && <Conversation sent={send.data} />}
      <ShellLine commands={sandbox.commands} />
    </Panel>
  );
}

function ShellLine({ commands }: { commands: Sandbox['commands'] }) {
  const { t } = useTranslation('sandbox');
  const [program, setProgram] = useState<keyof Sandbox['commands']>('curl');
  return (
    <Stack gap={6}>
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={600}>
          {t('send.shell')}
        </Text>
        <SegmentedControl
          size="xs"
          aria-label={t('send.shell')}
          data={['curl', 'swaks']}
          value={program}
          onChange={(value) => setProgram(value === 'swaks' ? 'swaks' : 'curl')}
        />
      </Group>
      <CopyBlock text={commands[program]} what={t('send.shell')} />
    </Stack>
  );
}

function Conversation({ sent }: { sent: Answer<'sendSample'> }) {
  const { t } = useTranslation('sandbox');
  return (
    <Notice
      tone={sent.accepted ? 'good' : 'bad'}
      role="status"
      title={sent.accepted ? t('send.accepted') : t('send.refused')}
    >
      <details>
        <summary>{t('send.talk')}</summary>
        <Code block mt="xs" tabIndex={0} role="region" aria-label={t('send.talk')}>
          {sent.lines.map(({ who, text }) => `${who === 'client' ? '→' : '←'} ${text}`).join('\n')}
        </Code>
      </details>
    </Notice>
  );
}
