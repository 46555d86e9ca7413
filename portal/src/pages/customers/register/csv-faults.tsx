// The faults of a CSV file, each with the line it is in.

import { Code, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../api/call.ts';
import { Panel } from '../../../parts/panel.tsx';
import { useRelayWords } from '../../../parts/use-relay-words.ts';

type Fault = Answer<'importCustomers'>['faults'][number];
type Say = ReturnType<typeof useRelayWords>;

/** Lines of a file that are shown at once. */
const SHOWN = 200;

export function CsvFaults({ faults, text }: { faults: readonly Fault[]; text: string }) {
  const { t } = useTranslation('customers');
  const say = useRelayWords('faults');
  const lines = text.split(/\r\n|\r|\n/);
  const byLine = [...Map.groupBy(faults, ({ line }) => line)].toSorted(([one], [other]) => one - other);
  return (
    <Panel title={t('import.faults', { count: faults.length })} hint={t('import.faultsHint')}>
      <Stack gap="sm">
        {byLine.slice(0, SHOWN).map(([line, some]) => (
          <div key={line} className="data-list-row">
            <Text size="sm" fw={600}>
              {t('import.inLine', { line })}
            </Text>
            <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
              {lines[line - 1] ?? ''}
            </Code>
            {some.map((fault) => (
              <OneFault key={`${fault.field} ${fault.message}`} fault={fault} say={say} />
            ))}
          </div>
        ))}
        {byLine.length > SHOWN && (
          <Text size="sm" c="dimmed">
            {t('import.moreLines', { count: byLine.length - SHOWN })}
          </Text>
        )}
      </Stack>
    </Panel>
  );
}

function OneFault({ fault: { field, message, code, values }, say }: { fault: Fault; say: Say }) {
  const { text, lang } = say('fault', { text: message, code, values });
  return (
    <Text size="sm">
      <strong>{field}</strong>: <span lang={lang}>{text}</span>
    </Text>
  );
}
