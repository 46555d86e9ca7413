// One check of an address of ours, with what it expected and what DNS says.

import { Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Facts } from '../../../parts/facts.tsx';
import { OwnText } from '../../../parts/own-text.tsx';
import { type Finding, FindingChip } from './address-state.tsx';

export function OneFinding({ finding }: { finding: Finding }) {
  const { t } = useTranslation('customers');
  const said = (name: 'expected' | 'found' | 'advice') => {
    const text = finding[name];
    return text === undefined ? undefined : <OwnText text={text} words={finding.words} name={name} />;
  };
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
          { name: t('address.expected'), value: said('expected') },
          { name: t('address.foundIs'), value: said('found') },
          { name: t('address.advice'), value: said('advice') },
        ]}
      />
    </Stack>
  );
}
