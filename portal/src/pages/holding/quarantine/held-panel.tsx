// One message in quarantine: why it is held, what each check said, who did what; and what can be done.

import { Alert, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../../../api/problem.ts';
import { useCall } from '../../../api/queries.ts';
import { type Fact, Facts } from '../../../parts/facts.tsx';
import { useFormats } from '../../../parts/formats.ts';
import { OwnText } from '../../../parts/own-text.tsx';
import { ScopedLink } from '../../../parts/scoped-link.tsx';
import { SidePanel } from '../../../parts/side-panel.tsx';
import { Answered, Empty } from '../../../parts/states.tsx';
import { When } from '../../../parts/when.tsx';
import { useMay } from '../../../session.ts';
import { PreviewView } from '../content/preview-view.tsx';
import { checkName } from './check-name.ts';
import { HeldActs } from './held-acts.tsx';
import { type Held, useApiLanguage } from './held-query.ts';
import { Acts, Checks, Looks } from './held-record.tsx';
import { ReasonChip } from './reason-chip.tsx';
import { VirusRelease } from './virus-release.tsx';

interface PanelProps {
  id: string;
  close: () => void;
  before: (() => void) | undefined;
  next: (() => void) | undefined;
}

export function HeldPanel({ id, close, before, next }: PanelProps) {
  const { t } = useTranslation('holding');
  const language = useApiLanguage();
  const query = useCall('showQuarantined', { path: { id }, query: { language } });
  const from = query.data === undefined ? id : (query.data.header_from ?? query.data.from);
  return (
    <SidePanel title={t('held.title', { from: from === '' ? id : from })} close={close} before={before} next={next}>
      <Shown key={id} id={id} query={query} />
    </SidePanel>
  );
}

function Shown({ id, query }: { id: string; query: ReturnType<typeof useCall<'showQuarantined'>> }) {
  const { t } = useTranslation('holding');
  const [done, setDone] = useState<string>();
  const mayLook = useMay('messages:content');
  const isGone = query.error instanceof ApiProblem && query.error.status === 404;
  return (
    <Stack gap="lg">
      {done !== undefined && (
        <Alert color="green" variant="light" role="status">
          <Text size="sm">
            {done}{' '}
            <ScopedLink to="/messages" search={{ open: id }}>
              {t('held.journey')}
            </ScopedLink>
          </Text>
        </Alert>
      )}
      {isGone ? (
        done === undefined && <Empty title={t('quarantine.gone.title')} hint={t('quarantine.gone.hint')} />
      ) : (
        <Answered query={query}>
          {(message) => (
            <>
              <Why message={message} />
              <HeldActs message={message} done={setDone} />
              {message.reasons.includes('virus') && <VirusRelease message={message} done={setDone} />}
              <HeldFacts message={message} />
              {mayLook && <PreviewView id={id} />}
              <Checks checks={message.checks} />
              <Acts acts={message.acts} />
              <Looks looks={message.looks} />
            </>
          )}
        </Answered>
      )}
    </Stack>
  );
}

function Why({ message: { reasons, words, score, found, by, note, note_words: noteWords } }: { message: Held }) {
  const { t } = useTranslation('holding');
  const formats = useFormats();
  const isSaid = note === null || [...words, ...found].includes(note);
  const said = noteWords === undefined ? note : <OwnText text={note ?? ''} words={noteWords} name="note" />;
  const facts: readonly Fact[] = [
    { name: t('held.found'), value: found.join(', ') },
    {
      name: t('quarantine.list.score'),
      value: score === null ? '' : t('held.score', { score: formats.number(score) }),
    },
    { name: t('held.by'), value: by.map((one) => checkName(one, t)).join(', ') },
    { name: t('held.note'), value: isSaid ? '' : said },
  ];
  return (
    <section>
      <Title order={3} size="h3">
        {t('held.why')}
      </Title>
      <Stack gap="xs" mt={4}>
        {reasons.map((reason, at) => (
          <div key={reason}>
            <ReasonChip reason={reason} />{' '}
            <Text span size="sm">
              {words[at]}
            </Text>
          </div>
        ))}
        <Facts facts={facts} />
      </Stack>
    </section>
  );
}

function HeldFacts({ message }: { message: Held }) {
  const { t } = useTranslation('holding');
  const formats = useFormats();
  const rest = message.recipients - message.to.length;
  const to = message.to.join(', ') + (rest > 0 ? ` ${t('quarantine.list.more', { count: rest })}` : '');
  const facts: readonly Fact[] = [
    { name: t('quarantine.list.from'), value: message.header_from },
    { name: t('message.from'), value: message.from === message.header_from ? '' : message.from },
    { name: t('quarantine.list.to'), value: to },
    { name: t('quarantine.list.subject'), value: message.subject },
    { name: t('message.customer'), value: message.customer },
    { name: t('message.direction'), value: t(`direction.${message.direction}`) },
    { name: t('quarantine.list.received'), value: <When at={message.accepted_at} /> },
    { name: t('held.ends'), value: <When at={message.expires_at} /> },
    { name: t('message.size'), value: formats.size(message.size) },
    {
      name: t('queues.list.id'),
      value: (
        <>
          {message.id}{' '}
          <ScopedLink to="/messages" search={{ open: message.id }}>
            {t('message.trace')}
          </ScopedLink>
        </>
      ),
    },
  ];
  return <Facts facts={facts} />;
}
