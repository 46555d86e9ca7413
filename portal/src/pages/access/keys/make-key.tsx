import { Button, Code, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyLine } from '../../../parts/copy.tsx';
import { Dialog } from '../../../parts/dialog.tsx';
import { KeyForm } from './key-form.tsx';

/** Makes a key, and shows it this once. */
export function MakeKey({ close }: { close: () => void }) {
  const { t } = useTranslation(['access', 'parts']);
  const [made, setMade] = useState<string>();
  if (made !== undefined) return <MadeKey made={made} close={close} />;
  return (
    <Dialog
      opened
      size="xl"
      onClose={close}
      closeOnClickOutside={false}
      title={t('keyForm.title')}
      closeButtonProps={{ 'aria-label': t('panel.close', { ns: 'parts' }) }}
    >
      <KeyForm made={setMade} cancel={close} />
    </Dialog>
  );
}

/** Cannot be closed by mistake: there is no other copy. */
function MadeKey({ made, close }: { made: string; close: () => void }) {
  const { t } = useTranslation('access');
  return (
    <Dialog
      opened
      size="lg"
      title={t('keyForm.doneTitle')}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      onClose={() => undefined}
    >
      <Stack gap="md">
        <Text size="sm">{t('keyForm.doneLead')}</Text>
        <CopyLine text={made} what={t('keys.key')} />
        <Text size="sm" c="dimmed">
          {t('keyForm.use')}
        </Text>
        <Code block tabIndex={0}>
          Authorization: Bearer {made.slice(0, 8)}…
        </Code>
        <Group justify="flex-end">
          <Button onClick={close}>{t('keyForm.close')}</Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
