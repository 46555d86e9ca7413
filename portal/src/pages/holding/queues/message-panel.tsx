// A message of the queue: what it waits for, who waits with it, what can be done.

import { Group, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../api/call.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { useCall } from '../../../api/queries.ts';
import { type Fact, Facts } from '../../../parts/facts.tsx';
import { useFormats } from '../../../parts/formats.ts';
import { MailStatusChip } from '../../../parts/mail-status.tsx';
import { OwnText } from '../../../parts/own-text.tsx';
import { ScopedLink } from '../../../parts/scoped-link.tsx';
import { SidePanel } from '../../../parts/side-panel.tsx';
import { Answered, Empty } from '../../../parts/states.tsx';
import { When } from '../../../parts/when.tsx';
import { useMay } from '../../../session.ts';
import { SourceView } from '../content/source-view.tsx';
import { useHoldKind } from './hold-kinds.ts';
import type { WantedVerb } from './verb-dialog.tsx';
import { VerbButtons } from './verb-menu.tsx';

interface PanelProps {
  id: string;
  act: (wanted: WantedVerb) => void;
  close: () => void;
  before: (() => void) | undefined;
  next: (() => void) | undefined;
}

type Queued = Answer<'showQueued'>;
const SHOWN = 20;

export function MessagePanel({ id, act, close, before, next }: PanelProps) {
  const { t } = useTranslation('holding');
  return (
    <SidePanel title={t('message.title', { id })} close={close} before={before} next={next}>
      <Shown key={id} id={id} act={act} />
    </SidePanel>
  );
}

function Gone() {
  const { t } = useTranslation('holding');
  return <Empty title={t('message.gone.title')} hint={t('message.gone.hint')} />;
}

function Shown({ id, act }: { id: string; act: PanelProps['act'] }) {
  const mayLook = useMay('messages:content');
  const query = useCall('showQueued', { path: { id } });
  if (query.error instanceof ApiProblem && query.error.status === 404) return <Gone />;
  return (
    <Answered query={query}>
      {(message) => (
        <Stack gap="lg">
          <Group gap="xs">
            <VerbButtons choose={(verb) => act({ verb, query: { id } })} />
          </Group>
          <MessageFacts message={message} />
          {message.holds.length > 0 && <Holds message={message} />}
          <Waiting message={message} />
          {mayLook && <SourceView id={id} />}
        </Stack>
      )}
    </Answered>
  );
}

function MessageFacts({ message: { meta } }: { message: Queued }) {
  const { t } = useTranslation('holding');
  const formats = useFormats();
  const facts: readonly Fact[] = [
    { name: t('message.from'), value: meta.sender === '' ? t('queues.list.noSender') : meta.sender },
    { name: t('message.headerFrom'), value: meta.headerFrom === meta.sender ? undefined : meta.headerFrom },
    { name: t('message.subject'), value: meta.subject },
    { name: t('message.customer'), value: meta.customer },
    { name: t('message.direction'), value: `${t(`direction.${meta.direction}`)} · ${meta.stream}` },
    { name: t('message.accepted'), value: <When at={meta.acceptedAt} /> },
    { name: t('message.size'), value: formats.size(meta.size) },
    { name: t('message.source'), value: `${meta.origin.ip} (${meta.origin.helo})` },
    { name: t('message.messageId'), value: meta.messageId },
    {
      name: t('queues.list.id'),
      value: (
        <>
          {meta.id}{' '}
          <ScopedLink to="/messages" search={{ open: meta.id }}>
            {t('message.trace')}
          </ScopedLink>
        </>
      ),
    },
  ];
  return <Facts facts={facts} />;
}

function Holds({ message: { holds } }: { message: Queued }) {
  const { t } = useTranslation('holding');
  const nameOf = useHoldKind();
  const formats = useFormats();
  return (
    <section>
      <Title order={3} size="h3">
        {t('message.holds')}
      </Title>
      {holds.map(({ kind, by, since, note, to, words }) => {
        const values = { kind: nameOf(kind), by: by ?? '', time: formats.dateTime(since) };
        return (
          <Text key={`${kind} ${to ?? ''}`} size="sm">
            {t(by === null ? 'message.holdBare' : 'message.hold', values)}
            {to !== undefined && ` · ${to}`}
            {note !== null && note !== '' && (
              <> · {words === undefined ? note : <OwnText text={note} words={words} name="note" />}</>
            )}
          </Text>
        );
      })}
    </section>
  );
}

function Waiting({ message: { recipients, meta } }: { message: Queued }) {
  const { t } = useTranslation('holding');
  const formats = useFormats();
  return (
    <section>
      <Title order={3} size="h3">
        {t('message.waiting')}
      </Title>
      <Stack gap={6} mt={4}>
        {recipients.slice(0, SHOWN).map(({ key, to, status, attempts, last_cause: cause, words }) => (
          <div key={key}>
            <Group gap="xs" wrap="nowrap">
              <MailStatusChip status={status} />
              <Text size="sm" truncate title={to}>
                {to}
              </Text>
              <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
                {t('message.attempts', { count: attempts })}
              </Text>
            </Group>
            {cause !== null && (
              <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                <OwnText text={cause} words={words} name="last_cause" />
              </Text>
            )}
          </div>
        ))}
      </Stack>
      {recipients.length > SHOWN && (
        <Text size="xs" c="dimmed" mt={4}>
          {t('message.showing', {
            shown: formats.number(SHOWN),
            total: formats.number(Math.max(recipients.length, recipients.length >= 1000 ? meta.recipientCount : 0)),
          })}
        </Text>
      )}
    </section>
  );
}
