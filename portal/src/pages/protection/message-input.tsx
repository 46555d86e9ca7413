// A message to try: pasted, or a file.

import { Button, FileButton, Group, Text, Textarea } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../parts/formats.ts';
import type { MessageSource } from './dry-run-message.ts';

interface MessageInputProps {
  source: MessageSource;
  onChange: (source: MessageSource) => void;
  error?: ReactNode;
}

export function MessageInput({ source, onChange, error }: MessageInputProps) {
  const { t } = useTranslation('protection');
  const formats = useFormats();
  if (source.from === 'file') {
    const { name, size } = source.file;
    return (
      <div>
        <Group gap="xs">
          <Text size="sm">{t('try.fileName', { name, size: formats.size(size) })}</Text>
          <Button size="compact-sm" variant="default" onClick={() => onChange({ from: 'text', text: '' })}>
            {t('try.dropFile')}
          </Button>
        </Group>
        {error !== undefined && (
          <Text size="sm" c="light-dark(#a61e1e, #ff9c9c)" role="alert">
            {error}
          </Text>
        )}
      </div>
    );
  }
  return (
    <div>
      <Textarea
        label={t('try.message')}
        description={t('try.messageHint')}
        value={source.text}
        error={error}
        autosize
        minRows={8}
        maxRows={18}
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '0.8rem' } }}
        onChange={(event) => onChange({ from: 'text', text: event.currentTarget.value })}
      />
      <FileButton
        accept=".eml,message/rfc822,text/plain"
        onChange={(file) => file !== null && onChange({ from: 'file', file })}
      >
        {(props) => (
          <Button {...props} mt={6} size="compact-sm" variant="default" leftSection={<IconUpload size={14} />}>
            {t('try.file')}
          </Button>
        )}
      </FileButton>
    </div>
  );
}
