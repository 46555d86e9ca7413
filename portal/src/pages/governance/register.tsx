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
import { RegisterText } from './register-text.tsx';

export function Register() {
  const { t } = useTranslation('governance');
  const formats = useFormats();
  const nameOf = useKindName();
  const query = useCall('getProcessingRegister', {});
  return (
    <Answered query={query} lines={10}>
      {(register) => (
        <Stack gap="md">
          {register.missing.length > 0 && (
            <Notice tone="warn" title={t('register.missing')}>
              <List size="sm">
                {register.missing.map((one) => (
                  <List.Item key={one}>
                    <RegisterText of={one} />
                  </List.Item>
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
                { name: t('register.role'), value: <RegisterText of={register.role} /> },
                { name: t('register.controllers'), value: <RegisterText of={register.controllers} /> },
                { name: t('register.processing'), value: <RegisterText of={register.processing} /> },
                { name: t('register.purposes'), value: <RegisterText of={register.purposes} between="; " /> },
                { name: t('register.categories'), value: <RegisterText of={register.data_categories} /> },
                { name: t('register.subjects'), value: <RegisterText of={register.data_subjects} /> },
                { name: t('register.place'), value: register.place },
                { name: t('register.transfers'), value: <RegisterText of={register.transfers} /> },
                { name: t('register.subProcessors'), value: register.sub_processors.join(', ') },
              ]}
            />
          </Panel>
          <Panel title={t('register.security')}>
            <List size="sm">
              {register.security.map((one) => (
                <List.Item key={one}>
                  <RegisterText of={one} />
                </List.Item>
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
