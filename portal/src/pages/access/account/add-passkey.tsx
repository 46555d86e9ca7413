import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../../parts/dialog.tsx';
import { programOf, useAgentName } from '../agent.ts';
import { useFaultSentence } from '../fault-sentence.ts';
import { Notice } from '../notice.tsx';
import { useRefresh } from '../use-refresh.ts';
import { makePasskey } from '../webauthn.ts';

interface AddPasskeyProps {
  /** Given the recovery codes that the first second factor brings. */
  showCodes: (codes: readonly string[]) => void;
  close: () => void;
}

export function AddPasskey({ showCodes, close }: AddPasskeyProps) {
  const { t } = useTranslation(['access', 'parts']);
  const refresh = useRefresh(['listSecondFactors']);
  const added = (codes: readonly string[] | undefined) => {
    close();
    notifications.show({ message: t('passkeys.added'), color: 'green' });
    if (codes !== undefined) showCodes(codes);
    void refresh();
  };
  return (
    <Dialog
      opened
      onClose={close}
      title={t('passkeys.addTitle')}
      closeButtonProps={{ 'aria-label': t('panel.close', { ns: 'parts' }) }}
    >
      <PasskeyForm added={added} cancel={close} />
    </Dialog>
  );
}

interface PasskeyFormProps {
  added: (codes: readonly string[] | undefined) => void;
  cancel: () => void;
}

/** A name, then the browser's own question. */
export function PasskeyForm({ added, cancel }: PasskeyFormProps) {
  const { t } = useTranslation('access');
  const sentence = useFaultSentence();
  const named = useAgentName();
  const [name, setName] = useState(() => named(programOf(navigator.userAgent)));
  const [fault, setFault] = useState<string>();
  const [isMaking, setMaking] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === '') return setFault(t('fields.required'));
    setMaking(true);
    setFault(undefined);
    try {
      const made = await makePasskey(name.trim());
      if (made.kind === 'made') return added(made.added.recovery_codes);
      setFault(t(`passkeys.${made.kind}`));
    } catch (error) {
      setFault(sentence(error));
    }
    setMaking(false);
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="md">
        <Text size="sm">{t('passkeys.addLead')}</Text>
        {fault !== undefined && <Notice tone="bad">{fault}</Notice>}
        <TextInput
          label={t('passkeys.name')}
          placeholder={t('passkeys.namePlaceholder')}
          maxLength={100}
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={cancel}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={isMaking}>
            {t('passkeys.add')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
