// Recovery codes, shown this once.

import { Button, Checkbox, Code, CopyButton, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconCheck, IconCopy, IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../../parts/dialog.tsx';
import { useFormats } from '../../../parts/formats.ts';
import { useSession } from '../../../session.ts';

interface RecoveryCodesProps {
  codes: readonly string[];
  close: () => void;
}

/** Cannot be closed by mistake: there is no other copy. */
export function RecoveryCodesDialog({ codes, close }: RecoveryCodesProps) {
  const { t } = useTranslation('access');
  return (
    <Dialog
      opened
      title={t('recovery.title')}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      onClose={() => undefined}
    >
      <RecoveryCodes codes={codes} close={close} />
    </Dialog>
  );
}

export function RecoveryCodes({ codes, close }: RecoveryCodesProps) {
  const { t } = useTranslation('access');
  const [isKept, setKept] = useState(false);
  return (
    <Stack gap="md">
      <Text size="sm">{t('recovery.lead')}</Text>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing={6} component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
        {codes.map((code) => (
          <li key={code}>
            <Code block ta="center">
              {code}
            </Code>
          </li>
        ))}
      </SimpleGrid>
      <Group gap="xs">
        <CopyButton value={codes.join('\n')}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              size="xs"
              onClick={copy}
              leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
            >
              {t(copied ? 'recovery.copied' : 'recovery.copy')}
            </Button>
          )}
        </CopyButton>
        <Download codes={codes} />
      </Group>
      <Checkbox
        label={t('recovery.kept')}
        checked={isKept}
        onChange={(event) => setKept(event.currentTarget.checked)}
      />
      <Group justify="flex-end">
        <Button disabled={!isKept} onClick={close}>
          {t('recovery.finish')}
        </Button>
      </Group>
    </Stack>
  );
}

function Download({ codes }: { codes: readonly string[] }) {
  const { t } = useTranslation('access');
  const formats = useFormats();
  const { user } = useSession();
  const save = () => {
    const head = t('recovery.fileHead', { email: user.email, date: formats.dateTime(Date.now()) });
    const url = URL.createObjectURL(new Blob([`${head}\n\n${codes.join('\n')}\n`], { type: 'text/plain' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = t('recovery.fileName');
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <Button variant="default" size="xs" onClick={save} leftSection={<IconDownload size={16} />}>
      {t('recovery.download')}
    </Button>
  );
}
