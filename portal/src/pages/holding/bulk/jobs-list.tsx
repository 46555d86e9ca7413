// What is, and was, done to very many: who, what, how far, why.

import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { usePages } from '../../../api/queries.ts';
import { type Column, DataList } from '../../../parts/data-list.tsx';
import { type Formats, useFormats } from '../../../parts/formats.ts';
import { MoreFoot, readMore } from '../../../parts/more-foot.tsx';
import { Answered, Empty } from '../../../parts/states.tsx';
import { When } from '../../../parts/when.tsx';
import { useScope, useSearchState } from '../../../search.ts';
import { type Job, JobState, verbWord } from './job.tsx';
import type { JobPart } from './job-banner.tsx';
import { type TermWords, useTermWords } from './term-words.ts';

export function JobsList({ part }: { part: JobPart }) {
  const { t } = useTranslation('holding');
  const words = useTermWords();
  const formats = useFormats();
  const customer = useScope();
  const [search, change] = useSearchState();
  const query = usePages(
    part === 'queue' ? 'listQueueJobs' : 'listQuarantineJobs',
    { query: { limit: 50, ...(customer !== undefined && { customer }) } },
    { everyMs: 5000, keep: true },
  );
  const jobs = query.entries ?? [];
  return (
    <Answered query={query}>
      {() =>
        jobs.length === 0 ? (
          <Empty title={t('jobs.empty.title')} hint={t('jobs.empty.hint')} />
        ) : (
          <DataList
            name={`${part}-jobs`}
            label={t('jobs.label')}
            rows={jobs}
            keyOf={({ id }) => id}
            columns={columnsOf(words, formats)}
            open={({ id }) => change({ job: id })}
            opened={search['job']}
            more={readMore(query)}
            foot={<MoreFoot query={query} count={jobs.length} />}
          />
        )
      }
    </Answered>
  );
}

function columnsOf(words: TermWords, formats: Formats): readonly Column<Job>[] {
  const { t } = words;
  const share = ({ changed, total, total_more: more }: Job) =>
    t(more ? 'jobs.progressMore' : 'jobs.progress', { done: formats.number(changed), total: formats.number(total) });
  return [
    { id: 'when', title: t('jobs.when'), width: '11rem', cell: (job) => <When at={job.began_at} /> },
    {
      id: 'what',
      title: t('jobs.what'),
      width: 'minmax(9rem, 1fr)',
      cell: (job) => (
        <>
          {t(`verbs.${verbWord(job.verb)}.${job.state === 'running' ? 'running' : 'done'}`)} {share(job)}
        </>
      ),
    },
    { id: 'state', title: t('jobs.state'), width: '7rem', cell: (job) => <JobState state={job.state} /> },
    { id: 'query', title: t('jobs.query'), width: 'minmax(8rem, 1fr)', cell: (job) => meantIn(job, words) },
    { id: 'who', title: t('jobs.who'), width: 'minmax(8rem, 1fr)', cell: (job) => job.who },
    {
      id: 'why',
      title: t('jobs.why'),
      width: 'minmax(6rem, 1fr)',
      cell: (job) => (
        <Text span inherit title={job.reason ?? undefined}>
          {job.reason ?? ''}
        </Text>
      ),
    },
  ];
}

/** What was meant, in one line. */
function meantIn({ query, hosts }: Job, words: TermWords): string {
  const { t } = words;
  if ('rows' in query || 'ids' in query) return t('jobs.chosen');
  const terms = Object.entries(query).filter(([name]) => name !== 'before' && name !== 'since');
  const text =
    terms.length === 0
      ? t('jobs.everything')
      : terms.map(([name, value]) => words.term(name, String(value))).join(' · ');
  return hosts === null ? text : `${text} → ${hosts.join(', ')}`;
}
