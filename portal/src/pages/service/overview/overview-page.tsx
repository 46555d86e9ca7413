// Overview: is all well, in one sentence; what is to be done; what happened to the mail.

import { SegmentedControl, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { PageFrame } from '../../../parts/page.tsx';
import { Answered } from '../../../parts/states.tsx';
import { useIsOperator } from '../../../search.ts';
import { useOverviewData, useTraffic } from './overview-data.ts';
import { OverviewLead } from './overview-lead.tsx';
import { RANGES, useRange } from './range.ts';
import { OverviewStrip } from './strip.tsx';
import { toDoOf } from './to-do.ts';
import { ToDoPanel } from './to-do-panel.tsx';
import { TrafficCharts } from './traffic-charts.tsx';

export function Page() {
  const { t } = useTranslation('service');
  const [range, choose] = useRange();
  const traffic = useTraffic(range);
  const data = useOverviewData();
  const isOperator = useIsOperator();
  const todo = toDoOf(data, traffic.data, isOperator);
  const choice = (
    <SegmentedControl
      size="xs"
      aria-label={t('overview.range')}
      value={range.name}
      onChange={(name) => choose(name)}
      data={RANGES.map((value) => ({ value, label: t(`overview.ranges.${value}`) }))}
    />
  );
  return (
    <PageFrame
      title={t('overview.title')}
      lead={
        <OverviewLead
          todo={todo}
          looked={traffic.isError ? 'not all' : data.looked}
          traffic={traffic.data}
          range={range.name}
        />
      }
      actions={choice}
    >
      <OverviewStrip data={data} traffic={traffic.data} range={range} />
      {todo.length > 0 && <ToDoPanel todo={todo} />}
      <Answered query={traffic} lines={8}>
        {(counted) => (
          <Stack gap="md">
            <TrafficCharts traffic={counted} range={range} />
          </Stack>
        )}
      </Answered>
    </PageFrame>
  );
}
