// What is chosen in a list, and what can be done to it.

import { Button, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Choice } from './choice.ts';

export function ChoiceBar<Row>({ choice, children }: { choice: Choice<Row>; children: ReactNode }) {
  const { t } = useTranslation('holding');
  const isChosen = choice.isAll || choice.keys.length > 0;
  return (
    <Group gap="xs" role="group" aria-label={t('chosen.bar')} mih={32}>
      <Text size="sm" c={isChosen ? 'inherit' : 'dimmed'} fw={isChosen ? 600 : 400} role="status">
        {choice.isAll ? t('chosen.all') : isChosen ? t('chosen.some', { count: choice.keys.length }) : t('chosen.none')}
      </Text>
      {!choice.isAll && (
        <Button size="compact-sm" variant="subtle" onClick={() => choice.takeAll()}>
          {t('chosen.takeAll')}
        </Button>
      )}
      {isChosen && (
        <>
          <Button size="compact-sm" variant="subtle" onClick={() => choice.clear()}>
            {t('chosen.clear')}
          </Button>
          {children}
        </>
      )}
    </Group>
  );
}
