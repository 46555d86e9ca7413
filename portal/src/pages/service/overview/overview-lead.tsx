// Whether all is well, in one sentence.

import { useTranslation } from 'react-i18next';
import { useFormats } from '../../../parts/formats.ts';
import type { Traffic } from './overview-data.ts';
import type { RangeName } from './range.ts';
import type { ToDo } from './to-do.ts';

interface LeadProps {
  todo: readonly ToDo[];
  traffic: Traffic | undefined;
  range: RangeName;
}

export function OverviewLead({ todo, traffic, range }: LeadProps) {
  const { t } = useTranslation('service');
  const formats = useFormats();
  if (traffic === undefined) return <span data-well="unknown">{t('overview.looking')}</span>;
  const urgent = todo.filter(({ tone }) => tone !== 'info').length;
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
    <span data-well={urgent === 0 ? 'yes' : 'no'}>
      {urgent === 0 ? t('overview.well') : t('overview.attention', { count: urgent })} {happened}
      {traffic.recounting && ` ${t('overview.recounting')}`}
    </span>
  );
}
