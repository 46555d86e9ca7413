// How far a job is, over the list that it changes. It goes on when the page is left, and is there again on coming back.

import { Button, Group, Paper, Progress, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { OperationId } from '../../../api/call.ts';
import { useAct, useCall } from '../../../api/queries.ts';
import { useFormats } from '../../../parts/formats.ts';
import { OwnText } from '../../../parts/own-text.tsx';
import { Answered, Failing } from '../../../parts/states.tsx';
import { useSearchState } from '../../../search.ts';
import { useMay } from '../../../session.ts';
import { type Job, JobState, shareOf, verbWord } from './job.tsx';

export type JobPart = 'queue' | 'quarantine';

const OPERATIONS = {
  queue: {
    show: 'showQueueJob',
    stop: 'stopQueueJob',
    changes: ['showQueueJob', 'listQueueJobs', 'listQueue', 'listQueueGroups', 'getQueueCounts', 'showQueued'],
  },
  quarantine: {
    show: 'showQuarantineJob',
    stop: 'stopQuarantineJob',
    changes: ['showQuarantineJob', 'listQuarantineJobs', 'listQuarantine', 'listQuarantineActs'],
  },
} as const satisfies Record<JobPart, { show: OperationId; stop: OperationId; changes: readonly OperationId[] }>;

const LOOK_MS = 700;

/** The job that the address names, if it names one. */
export function JobBanner({ part }: { part: JobPart }) {
  const [search] = useSearchState();
  const id = search['job'];
  return id === undefined ? null : <Banner key={id} part={part} id={id} />;
}

function Banner({ part, id }: { part: JobPart; id: string }) {
  const { t } = useTranslation('holding');
  const { changes, show } = OPERATIONS[part];
  const queries = useQueryClient();
  const known = queries.getQueryData<Job>([show, { path: { job: id } }]);
  const isOver = known !== undefined && known.state !== 'running';
  const query = useCall(show, { path: { job: id } }, isOver ? {} : { everyMs: LOOK_MS });
  const state = query.data?.state;
  useEffect(() => {
    if (state === undefined || state === 'running') return;
    for (const one of changes) if (one !== show) void queries.invalidateQueries({ queryKey: [one] });
  }, [state, changes, show, queries]);
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('jobs.one')}>
      <Answered query={query} lines={1}>
        {(job) => <Shown job={job} part={part} />}
      </Answered>
    </Paper>
  );
}

function Shown({ job, part }: { job: Job; part: JobPart }) {
  const { t } = useTranslation('holding');
  const formats = useFormats();
  const [, change] = useSearchState();
  const { stop, changes } = OPERATIONS[part];
  const stopping = useAct(stop, { changes });
  const mayStop = useMay(part === 'queue' ? 'queue:write' : 'quarantine:write');
  const isRunning = job.state === 'running';
  const values = { done: formats.number(job.changed), total: formats.number(job.total) };
  return (
    <Stack gap="xs">
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          {/* Said when it begins and ends; the numbers between change too fast to be listened to. */}
          <Text fw={600} role="status">
            {t(`verbs.${verbWord(job.verb)}.${isRunning ? 'running' : 'done'}`)}
          </Text>
          <Text>{t(job.total_more ? 'jobs.progressMore' : 'jobs.progress', values)}</Text>
          {job.skipped > 0 && <Text c="dimmed">{t('jobs.skipped', { count: job.skipped })}</Text>}
          <JobState state={job.state} />
        </Group>
        <Group gap="xs">
          {isRunning && mayStop && (
            <Button
              size="compact-sm"
              variant="default"
              loading={stopping.isPending}
              onClick={() => stopping.mutate({ path: { job: job.id } })}
            >
              {t('jobs.stop')}
            </Button>
          )}
          <Button size="compact-sm" variant="subtle" onClick={() => change({ job: undefined })}>
            {t('jobs.dismiss')}
          </Button>
        </Group>
      </Group>
      <Progress
        value={shareOf(job) * 100}
        animated={isRunning}
        color={job.state === 'failed' ? 'red' : 'petrol'}
        aria-label={t('jobs.one')}
      />
      {isRunning && (
        <Text size="xs" c="dimmed">
          {t('jobs.leave')}
        </Text>
      )}
      {job.cut_off && (
        <Text size="sm" c="dimmed">
          {t('jobs.cutOff')}
        </Text>
      )}
      {job.fault !== null && (
        <Text size="sm">
          <OwnText text={job.fault} words={job.words} name="fault" />
        </Text>
      )}
      {stopping.error !== null && <Failing error={stopping.error} />}
    </Stack>
  );
}
