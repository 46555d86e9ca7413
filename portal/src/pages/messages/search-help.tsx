// The words of the search, each with an example.

import { Code, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../parts/dialog.tsx';

const EXAMPLES = [
  ['from', 'from:anna@example.org'],
  ['to', 'to:@example.org'],
  ['domain', 'domain:example.org'],
  ['status', 'status:bounced,expired'],
  ['class', 'class:reputation'],
  ['direction', 'direction:inbound'],
  ['id', 'id:1k81nvtvn009a0000'],
  ['messageId', 'message-id:<abc@example.org>'],
  ['ip', 'ip:192.0.2.1'],
  ['since', 'since:2026-11-22T08:30'],
  ['free', '"mailbox full"'],
] as const;

export function SearchHelp({ close }: { close: () => void }) {
  const { t } = useTranslation(['messages', 'parts']);
  return (
    <Dialog
      opened
      onClose={close}
      size="lg"
      title={t('help.title')}
      closeButtonProps={{ 'aria-label': t('panel.close', { ns: 'parts' }) }}
    >
      <Text size="sm" mb="sm">
        {t('help.lead')}
      </Text>
      <Table>
        <Table.Tbody>
          {EXAMPLES.map(([word, example]) => (
            <Table.Tr key={word}>
              <Table.Td>
                <Code style={{ overflowWrap: 'anywhere' }}>{example}</Code>
              </Table.Td>
              <Table.Td>{t(`help.${word}`)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Dialog>
  );
}
