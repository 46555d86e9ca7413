// How long the way from the order to live took: by stage, and each side against its hour, all against the day.

import { Group, Progress, Stack, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../api/call.ts';
import { useCall } from '../../../api/queries.ts';
import { useFormats } from '../../../parts/formats.ts';
import { Panel } from '../../../parts/panel.tsx';
import { Answered } from '../../../parts/states.tsx';
import { Chip } from '../../../parts/status-chip.tsx';
import { When } from '../../../parts/when.tsx';

type Times = Answer<'getTimes'>;

export function TimesPanel({ customer }: { customer: string }) {
  const { t } = useTranslation('customers');
  const times = useCall('getTimes', { path: { customer } });
  return (
    <Panel title={t('times.title')} hint={t('times.hint')}>
      <Answered query={times}>{(found) => <TimesOf times={found} />}</Answered>
    </Panel>
  );
}

function TimesOf({ times }: { times: Times }) {
  const { t } = useTranslation('customers');
  const formats = useFormats();
  const { operator, customer, total_s, target_s, within_target, complete } = times;
  return (
    <Stack gap="md">
      <Stack gap="xs">
        <Measured
          name={t('times.operator')}
          tookS={operator.worked_s}
          targetS={operator.target_s}
          within={operator.within_target}
        />
        <Measured
          name={t('times.customer')}
          tookS={customer.worked_s}
          targetS={customer.target_s}
          within={customer.within_target}
        />
        <Measured
          name={complete ? t('times.total') : t('times.soFar')}
          tookS={total_s}
          targetS={target_s}
          within={within_target}
        />
      </Stack>
      {times.stages.length > 0 && (
        <Table aria-label={t('times.byStage')} withRowBorders={false} verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('times.stage')}</Table.Th>
              <Table.Th>{t('times.turn')}</Table.Th>
              <Table.Th visibleFrom="xs">{t('times.since')}</Table.Th>
              <Table.Th ta="right">{t('times.took')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {times.stages.map(({ stage, side, since, duration_s }) => (
              <Table.Tr key={`${stage} ${since}`}>
                <Table.Td>{t(`state.${stage}`)}</Table.Td>
                <Table.Td>{t(`side.${side}`)}</Table.Td>
                <Table.Td visibleFrom="xs">
                  <When at={since} />
                </Table.Td>
                <Table.Td ta="right">{duration_s === 0 ? '–' : formats.span(duration_s * 1000)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Stack>
  );
}

interface MeasuredProps {
  name: string;
  tookS: number;
  targetS: number;
  within: boolean;
}

function Measured({ name, tookS, targetS, within }: MeasuredProps) {
  const { t } = useTranslation('customers');
  const formats = useFormats();
  const words = t('times.of', {
    took: tookS === 0 ? '0' : formats.span(tookS * 1000),
    target: formats.span(targetS * 1000),
  });
  return (
    <div>
      <Group justify="space-between" gap="xs" wrap="wrap">
        <Text size="sm">{name}</Text>
        <Group gap="xs">
          <Text size="sm">{words}</Text>
          <Chip tone={within ? 'good' : 'warn'}>{within ? t('times.within') : t('times.over')}</Chip>
        </Group>
      </Group>
      <Progress.Root size="sm" mt={4}>
        <Progress.Section
          value={Math.min(100, (tookS / targetS) * 100)}
          color={within ? 'petrol' : 'yellow.7'}
          aria-label={`${name}: ${words}`}
        />
      </Progress.Root>
    </div>
  );
}
