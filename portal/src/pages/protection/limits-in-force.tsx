// The limits as the configuration has them now.

import { Stack, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../api/call.ts';
import { useCall } from '../../api/queries.ts';
import { Panel } from '../../parts/panel.tsx';
import { ScopedLink } from '../../parts/scoped-link.tsx';
import { SettingText } from '../../parts/setting-text.tsx';
import { Answered } from '../../parts/states.tsx';

type Setting = Answer<'getSettings'>['entries'][number];
const SECTIONS = ['strangers', 'limits', 'greylist'] as const;

export function LimitsInForce() {
  const { t } = useTranslation('protection');
  const query = useCall('getSettings', {});
  return (
    <Panel
      title={t('limits.inForce')}
      hint={t('limits.inForceHint')}
      actions={
        <Text size="sm">
          <ScopedLink to="/settings">{t('limits.allSettings')}</ScopedLink>
        </Text>
      }
    >
      <Answered query={query}>
        {({ entries }) => (
          <Stack>
            {SECTIONS.map((section) => (
              <SectionTable
                key={section}
                section={section}
                settings={entries.filter((one) => one.section === section)}
              />
            ))}
          </Stack>
        )}
      </Answered>
    </Panel>
  );
}

function SectionTable({ section, settings }: { section: (typeof SECTIONS)[number]; settings: readonly Setting[] }) {
  const { t } = useTranslation('protection');
  const name = t(`limits.section.${section}`);
  return (
    <div>
      <Text size="sm" fw={600}>
        {name}
      </Text>
      <Table aria-label={name} fz="sm" layout="fixed">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={{ base: '55%', sm: '32%' }}>{t('limits.key')}</Table.Th>
            <Table.Th w={{ base: '45%', sm: '18%' }}>{t('limits.value')}</Table.Th>
            <Table.Th visibleFrom="sm">{t('limits.meaning')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {settings.map((setting) => (
            <Table.Tr key={setting.key}>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{setting.key}</Table.Td>
              <Table.Td>
                {setting.value ?? setting.default}
                <Text size="xs" c="dimmed">
                  {setting.origin.from !== 'default'
                    ? t('limits.changedFrom', { value: setting.default ?? '–' })
                    : t('limits.isDefault')}
                </Text>
              </Table.Td>
              <Table.Td visibleFrom="sm">
                <SettingText setting={setting} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
