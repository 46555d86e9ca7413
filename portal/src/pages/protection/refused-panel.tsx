// What limits refused in the last hour.

import { Box, Stack, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../api/call.ts';
import { useFormats } from '../../parts/formats.ts';
import { Panel } from '../../parts/panel.tsx';
import type words from '../../words/en/protection.json';
import { Bars } from './bars.tsx';

type Floods = Answer<'getFloods'>;
type Reply = keyof typeof words.limits.reply;

const REPLIES: readonly Reply[] = [
  'earlyTalker',
  'notSmtp',
  'timeout',
  'messageTooSlow',
  'tooManyConnections',
  'tooManyFromSource',
  'tooManyOfCustomer',
  'tooManyCommands',
  'tooManyErrors',
  'tooManyLogins',
  'tooOftenFromSource',
  'tooManyFromNetwork',
  'tooOftenFromNetwork',
  'strangersWait',
  'listed',
  'greylisted',
  'none',
];

export function RefusedPanel({ floods: { refused, cut_off: cutOff, starts } }: { floods: Floods }) {
  const { t } = useTranslation('protection');
  const isCalm = refused.length === 0 && cutOff.length === 0;
  return (
    <Panel title={t('limits.refused')} hint={t('limits.refusedHint')}>
      {isCalm && <Text size="sm">{t('limits.noneRefused')}</Text>}
      {refused.length > 0 && <Courses label={t('limits.refused')} courses={refused} starts={starts} />}
      {cutOff.length > 0 && (
        <Stack gap={4}>
          <Text size="sm" fw={600}>
            {t('limits.cutOff')}
          </Text>
          <Courses label={t('limits.cutOff')} courses={cutOff} starts={starts} />
        </Stack>
      )}
    </Panel>
  );
}

function Courses({ label, courses, starts }: { label: string; courses: Floods['refused']; starts: readonly string[] }) {
  const { t } = useTranslation('protection');
  const formats = useFormats();
  return (
    <Table aria-label={label} verticalSpacing="xs">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('limits.reason')}</Table.Th>
          <Table.Th ta="end">{t('limits.count')}</Table.Th>
          <Table.Th visibleFrom="sm">{t('limits.course')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {courses.map((course) => {
          const known = REPLIES.find((one) => one === course.name);
          const name = known === undefined ? course.name : t(`limits.reply.${known}`);
          return (
            <Table.Tr key={course.name}>
              <Table.Td>{name}</Table.Td>
              <Table.Td ta="end">{formats.number(course.last_hour)}</Table.Td>
              <Table.Td visibleFrom="sm">
                <Box w={140}>
                  <Bars label={t('limits.courseOf', { name })} values={course.slots} starts={starts} height={26} />
                </Box>
              </Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}
