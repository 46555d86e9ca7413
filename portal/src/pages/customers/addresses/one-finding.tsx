// One check of an address of ours, with what it expected and what DNS says.

import { Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Facts } from '../../../parts/facts.tsx';
import { type Finding, FindingChip } from './address-state.tsx';

export function OneFinding({ finding }: { finding: Finding }) {
  const { t } = useTranslation('customers');
  return (
    <Stack gap={4} pb="sm" className="data-list-row">
      <Group gap="xs">
        <Text size="sm" fw={600}>
          {t(`address.check.${finding.check}`)}
        </Text>
        <FindingChip finding={finding} />
      </Group>
      <Facts
        facts={[
          { name: t('address.expected'), value: finding.expected },
          { name: t('address.foundIs'), value: finding.found },
          { name: t('address.advice'), value: finding.advice },
        ]}
      />
    </Stack>
  );
}
