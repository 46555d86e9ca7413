// DNS blocklists and greylisting, with what they did in the last hour.

import { Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../api/call.ts';
import { Facts } from '../../parts/facts.tsx';
import { useFormats } from '../../parts/formats.ts';
import { Panel } from '../../parts/panel.tsx';
import { ScopedLink } from '../../parts/scoped-link.tsx';
import { Chip } from '../../parts/status-chip.tsx';
import { useRelayWords } from '../../parts/use-relay-words.ts';

type Floods = Answer<'getFloods'>;

const RESULTS = ['listed', 'clean', 'late', 'broken', 'skipped'] as const;
const GREY = ['known', 'first', 'soon', 'second'] as const;

const countOf = (results: Floods['refused'], name: string) => results.find((one) => one.name === name)?.last_hour ?? 0;

function NotUsed({ fault: { detail, ...coded } }: { fault: NonNullable<Floods['lists'][number]['fault']> }) {
  const { text, lang } = useRelayWords('findings')('alarm', { text: detail, ...coded });
  return (
    <Text size="sm" lang={lang}>
      {text}
    </Text>
  );
}

export function ListsPanel({ lists }: { lists: Floods['lists'] }) {
  const { t } = useTranslation('protection');
  const formats = useFormats();
  return (
    <Panel title={t('limits.lists')} hint={t('limits.listsHint')}>
      {lists.length === 0 ? (
        <Text size="sm">{t('limits.noLists')}</Text>
      ) : (
        lists.map(({ zone, fault, results }) => (
          <div key={zone}>
            <Text size="sm" fw={600}>
              {zone}{' '}
              <Chip tone={fault === null ? 'good' : 'bad'}>{t(fault === null ? 'limits.used' : 'limits.notUsed')}</Chip>
            </Text>
            {fault !== null && <NotUsed fault={fault} />}
            <Table aria-label={zone} fz="sm">
              <Table.Tbody>
                {RESULTS.map((result) => (
                  <Table.Tr key={result}>
                    <Table.Th fw={400}>{t(`limits.${result}`)}</Table.Th>
                    <Table.Td ta="end">{formats.number(countOf(results, result))}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </div>
        ))
      )}
    </Panel>
  );
}

export function GreylistingPanel({ greylisting: { on, otherwise, results } }: { greylisting: Floods['greylisting'] }) {
  const { t } = useTranslation('protection');
  const formats = useFormats();
  const some = { count: otherwise.length, customers: formats.list(otherwise) };
  return (
    <Panel
      title={t('limits.grey')}
      actions={
        <Text size="sm">
          <ScopedLink to="/protection">{t('limits.greyChange')}</ScopedLink>
        </Text>
      }
    >
      <Text size="sm">{t(on ? 'limits.greyOn' : 'limits.greyOff')}</Text>
      {otherwise.length > 0 && (
        <Text size="sm">{on ? t('limits.greyOtherwiseOff', some) : t('limits.greyOtherwiseOn', some)}</Text>
      )}
      {results.length === 0 ? (
        <Text size="sm">{t('limits.greyNothing')}</Text>
      ) : (
        <Facts
          facts={GREY.map((name) => ({
            name: t(`limits.greyResult.${name}`),
            value: formats.number(countOf(results, name)),
          }))}
        />
      )}
    </Panel>
  );
}
