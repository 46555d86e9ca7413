// The states that every page draws: loading, empty, failing, no right to see.

import { Alert, Button, Group, Skeleton, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { IconAlertTriangle, IconInbox, IconLock } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../api/problem.ts';
import type { Read } from '../api/queries.ts';
import { useUnsaid } from './field-faults.tsx';

/** Grey lines where text will be. */
export function Loading({ lines = 5 }: { lines?: number }) {
  const { t } = useTranslation('parts');
  return (
    <Stack className="loading" gap="sm" p="md" role="status" aria-label={t('loading')}>
      {Array.from({ length: lines }, (_, i) => (
        <Skeleton key={i} height={18} width={`${90 - ((i * 17) % 40)}%`} />
      ))}
    </Stack>
  );
}

/** Nothing is there: why, and what to do next. */
export function Empty({ title, hint, action }: { title: string; hint?: ReactNode; action?: ReactNode }) {
  return (
    <Stack align="center" gap="xs" py="xl" px="md" ta="center">
      <ThemeIcon variant="light" size="xl" radius="xl" aria-hidden>
        <IconInbox size={22} stroke={1.6} />
      </ThemeIcon>
      <Text fw={600}>{title}</Text>
      {hint !== undefined && (
        <Text c="dimmed" size="sm" maw={520} component="div">
          {hint}
        </Text>
      )}
      {action}
    </Stack>
  );
}

/**
 * What failed, in words for people, and a way to try again; nothing where nothing did. In forms it stands above the buttons:
 * what is said at a field is not said again here.
 */
export function Failing({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation('parts');
  const unsaid = useUnsaid(error);
  if (unsaid === undefined) return null;
  return (
    <Alert
      color="red"
      variant="light"
      icon={<IconAlertTriangle size={18} />}
      title={t('failing.title')}
      role="alert"
      styles={{ label: { color: 'light-dark(#8f1d1d, #ffb4b4)' } }}
    >
      <Stack gap="xs" align="flex-start">
        <FaultText error={unsaid} />
        {retry !== undefined && (
          <Button size="xs" variant="default" onClick={retry}>
            {t('failing.again')}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

/** What a problem says: its sentence, its fields, and under which id the log knows more. */
export function FaultText({ error }: { error: unknown }) {
  const { t } = useTranslation('parts');
  const problem = error instanceof ApiProblem ? error : undefined;
  const own = refusalOf(problem, t);
  return (
    <>
      <Text size="sm">{own ?? sentenceOf(problem, t)}</Text>
      {own !== undefined && problem !== undefined && problem.message !== '' && (
        <Text size="xs" c="dimmed" lang="en">
          {problem.message}
        </Text>
      )}
      {problem?.faults.map(({ field, message, line }) => (
        <Text size="sm" key={`${field} ${line ?? ''} ${message}`}>
          {line === undefined ? `${field}: ` : `${field}, ${t('failing.line', { line })}: `}
          {message}
        </Text>
      ))}
      {problem?.status === 500 && problem.requestId !== undefined && (
        <Text size="xs" c="dimmed">
          {t('failing.id', { id: problem.requestId })}
        </Text>
      )}
    </>
  );
}

type Words = ReturnType<typeof useTranslation<'parts'>>['t'];

function sentenceOf(problem: ApiProblem | undefined, t: Words): string {
  if (problem === undefined) return t('failing.page');
  if (problem.needsStepUp) return t('failing.notConfirmed');
  if (problem.status === 0) return t('failing.noAnswer');
  if (problem.status === 429) return t('failing.tooMany', { count: problem.retryAfterS ?? 60 });
  if (problem.status === 500) return t('failing.internal');
  if (problem.message !== '') return problem.message;
  return t('failing.unknown', { status: problem.status });
}

const REFUSALS = {
  400: 'input',
  403: 'right',
  404: 'gone',
  409: 'conflict',
  410: 'gone',
  412: 'changed',
  422: 'input',
  503: 'later',
} as const;

/** What a status means, where the sentence of the API has no words in the language of the person. */
function refusalOf(problem: ApiProblem | undefined, t: Words): string | undefined {
  if (problem === undefined || problem.worded || problem.needsStepUp) return undefined;
  const word = REFUSALS[problem.status as keyof typeof REFUSALS];
  return word && t(`failing.refused.${word}`);
}

/** The person may not see this; who can change that. `within`: a page that has its own name. */
export function NoRight({ within = false }: { within?: boolean }) {
  const { t } = useTranslation('parts');
  return (
    <Stack align="center" gap="xs" py="xl" ta="center">
      <ThemeIcon variant="light" color="gray" size="xl" radius="xl" aria-hidden>
        <IconLock size={22} stroke={1.6} />
      </ThemeIcon>
      <Title order={within ? 2 : 1}>{t('noRight.title')}</Title>
      <Text c="dimmed" maw={480}>
        {t('noRight.hint')}
      </Text>
    </Stack>
  );
}

/** What a query answers, or the state it is in. What was there stays while it is read again, with a word if that fails. */
export function Answered<T>({
  query,
  lines,
  children,
}: {
  query: Read<T>;
  lines?: number;
  children: (data: T) => ReactNode;
}) {
  const retry = () => void query.refetch();
  if (query.data === undefined) {
    if (query.error === null) return <Loading {...(lines !== undefined && { lines })} />;
    if (query.error instanceof ApiProblem && query.error.status === 403) return <NoRight within />;
    return <Failing error={query.error} retry={retry} />;
  }
  return (
    <>
      {query.error !== null && (
        <Group mb="sm">
          <Failing error={query.error} retry={retry} />
        </Group>
      )}
      {children(query.data)}
    </>
  );
}
