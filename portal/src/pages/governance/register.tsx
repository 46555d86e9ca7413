// The register of processing (Art. 30 GDPR), as the relay makes it from its configuration.

import { Button, List, Stack, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { addressOf } from '../../api/call.ts';
import { useCall } from '../../api/queries.ts';
import { Facts } from '../../parts/facts.tsx';
import { useFormats } from '../../parts/formats.ts';
import { Notice } from '../../parts/notice.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Answered } from '../../parts/states.tsx';
import { useKindName } from './kind-names.ts';

export function Register() {
  const { t } = useTranslation('governance');
  const formats = useFormats();
  const nameOf = useKindName();
  const query = useCall('getProcessingRegister', {});
  const english = (text: string) => <span lang="en">{text}</span>;
  return (
    <Answered query={query} lines={10}>
      {(register) => (
        <Stack gap="md">
          {register.missing.length > 0 && (
            <Notice tone="warn" title={t('register.missing')}>
              <List size="sm" lang="en">
                {register.missing.map((one) => (
                  <List.Item key={one}>{one}</List.Item>
                ))}
              </List>
            </Notice>
          )}
          <Panel
            title={t('register.title')}
            hint={t('register.hint', { at: formats.dateTime(register.made_at) })}
            actions={
              <Button
                size="xs"
                variant="default"
                component="a"
                href={addressOf('getProcessingRegisterText')}
                download="register.md"
                leftSection={<IconDownload size={14} />}
              >
                {t('register.download')}
              </Button>
            }
          >
            <Facts
              facts={[
                { name: t('register.processor'), value: register.processor.name },
                { name: t('register.address'), value: register.processor.address },
                { name: t('register.officer'), value: officerOf(register.processor.data_protection_officer) },
                { name: t('register.role'), value: english(register.role) },
                { name: t('register.controllers'), value: english(register.controllers) },
                { name: t('register.processing'), value: english(register.processing.join(', ')) },
                { name: t('register.purposes'), value: english(register.purposes.join('; ')) },
                { name: t('register.categories'), value: english(register.data_categories.join(', ')) },
                { name: t('register.subjects'), value: english(register.data_subjects.join(', ')) },
                { name: t('register.place'), value: register.place },
                { name: t('register.transfers'), value: english(register.transfers) },
                { name: t('register.subProcessors'), value: english(register.sub_processors.join(', ')) },
              ]}
            />
          </Panel>
          <Panel title={t('register.security')}>
            <List size="sm" lang="en">
              {register.security.map((one) => (
                <List.Item key={one}>{one}</List.Item>
              ))}
            </List>
          </Panel>
          <Panel title={t('register.data')}>
            <Text size="sm">{register.data.map(({ kind }) => nameOf(kind)).join(' · ')}</Text>
          </Panel>
        </Stack>
      )}
    </Answered>
  );
}

function officerOf(officer: { name: string; email: string } | null): string | null {
  return officer === null ? null : `${officer.name} <${officer.email}>`;
}
