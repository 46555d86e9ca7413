// What is written down of a message in quarantine: what each check said, who did what, who looked.

import { Stack, Text, Title } from '@mantine/core';
import { type ReactNode, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Facts } from '../../../parts/facts.tsx';
import { useFormats } from '../../../parts/formats.ts';
import { When } from '../../../parts/when.tsx';
import { useCheckWords } from '../../messages/panel/check-words.ts';
import { checkName } from './check-name.ts';
import type { Held } from './held-query.ts';

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <Title order={3} size="h3" mb={4}>
        {title}
      </Title>
      <Stack gap="xs">{children}</Stack>
    </section>
  );
}

export function Checks({ checks }: { checks: Held['checks'] }) {
  const { t } = useTranslation('holding');
  if (checks.length === 0) return null;
  return (
    <Section title={t('held.checks')}>
      <Suspense>
        {checks.map((said, at) => (
          // oxlint-disable-next-line react/no-array-index-key -- a check may stand there twice; the order never changes
          <Check key={`${said.check} ${at}`} said={said} />
        ))}
      </Suspense>
    </Section>
  );
}

function Check({ said: { check, result, verdict, ms, details = {} } }: { said: Held['checks'][number] }) {
  const { t } = useTranslation('holding');
  const formats = useFormats();
  const words = useCheckWords();
  return (
    <div>
      <Text size="sm">
        <Text span inherit fw={600}>
          {checkName(check, t)}
        </Text>
        {': '}
        <span title={`${result} → ${verdict}`}>{`${words.result(result)} → ${words.verdict(verdict)}`}</span>
        <Text span inherit c="dimmed">
          {` · ${formats.span(ms)}`}
        </Text>
      </Text>
      <Facts
        facts={Object.entries(details).map(([name, value]) => ({
          name: words.detail(name),
          value: words.value(name, value),
        }))}
      />
    </div>
  );
}

export function Acts({ acts }: { acts: Held['acts'] }) {
  const { t } = useTranslation('holding');
  return (
    <Section title={t('held.acts')}>
      {acts.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('held.noActs')}
        </Text>
      )}
      {acts.map(({ at, who, action, reason }) => (
        <Line key={`${at} ${action}`} at={at} who={who} what={t(`acts.done.${action}`)} why={reason} />
      ))}
    </Section>
  );
}

export function Looks({ looks }: { looks: Held['looks'] }) {
  const { t } = useTranslation('holding');
  return (
    <Section title={t('held.looked')}>
      {looks.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('held.noLooks')}
        </Text>
      )}
      {looks.map(({ at, who, reason }) => (
        <Line key={`${at} ${who}`} at={at} who={who} what="" why={reason} />
      ))}
    </Section>
  );
}

function Line({ at, who, what, why }: { at: string; who: string; what: string; why: string | null }) {
  return (
    <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
      <When at={at} />
      {` · ${[who, what].filter((part) => part !== '').join(' · ')}`}
      {why !== null && (
        <Text span inherit c="dimmed">
          {` · ${why}`}
        </Text>
      )}
    </Text>
  );
}
