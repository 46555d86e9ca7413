// Why mail was rejected: a bar a reason, each leading to its messages.

import { useTranslation } from 'react-i18next';
import { Chart } from '../../parts/chart.tsx';
import { useFormats } from '../../parts/formats.ts';
import { messagesLink } from './messages-link.ts';
import { useReplyName } from './reply-name.ts';

interface RefusalBarsProps {
  label: string;
  refusals: readonly { reply: string; count: number }[];
  /** From when on the messages are shown: milliseconds since 1970. */
  since: number;
}

export function RefusalBars({ label, refusals, since }: RefusalBarsProps) {
  const { t } = useTranslation(['service', 'parts']);
  const formats = useFormats();
  const nameOf = useReplyName();
  return (
    <Chart
      kind="bars"
      lying
      label={label}
      pointName={t('charts.reasons.point')}
      format={(value) => formats.number(value)}
      points={refusals.map(({ reply }) => ({ id: reply, short: nameOf(reply), name: nameOf(reply) }))}
      series={[
        {
          id: 'rejected',
          name: t('parts:status.rejected'),
          tone: 'refused',
          values: refusals.map(({ count }) => count),
          link: (point) => messagesLink({ status: 'rejected', words: refusals[point]?.reply ?? '', since }),
        },
      ]}
    />
  );
}
