// Whether all is well, in one sentence.

import { useTranslation } from 'react-i18next';
import { useFormats } from '../../../parts/formats.ts';
import type { OverviewData, Traffic } from './overview-data.ts';
import type { RangeName } from './range.ts';
import type { ToDo } from './to-do.ts';

interface LeadProps {
  todo: readonly ToDo[];
  looked: OverviewData['looked'];
  traffic: Traffic | undefined;
  range: RangeName;
}

export function OverviewLead({ todo, looked, traffic, range }: LeadProps) {
  const { t } = useTranslation('service');
  const formats = useFormats();
  const urgent = todo.filter(({ tone }) => tone !== 'info').length;
  const isWell = urgent === 0 && looked === 'all';
  const state = isWell
    ? t('overview.well')
    : urgent > 0
      ? t('overview.attention', { count: urgent })
      : t(looked === 'not all' ? 'overview.notAll' : 'overview.looking');
  const well = isWell ? 'yes' : urgent > 0 ? 'no' : 'unknown';
  if (traffic === undefined) {
    return <span data-well={isWell ? 'unknown' : well}>{isWell ? t('overview.looking') : state}</span>;
  }
  const { messages, delivered } = traffic.totals;
  const happened =
    messages + delivered === 0
      ? t(`overview.nothing.${range}`)
      : t(`overview.happened.${range}`, {
          count: messages,
          messages: formats.number(messages),
          delivered: formats.number(delivered),
        });
  return (
    <span data-well={well}>
      {state} {happened}
      {traffic.recounting && ` ${t('overview.recounting')}`}
    </span>
  );
}
