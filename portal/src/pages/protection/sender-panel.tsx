// One sender: its level and why, its last hour beside what is usual, and what can be done.

import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../api/call.ts';
import { useCall } from '../../api/queries.ts';
import { DANGER } from '../../parts/danger.ts';
import { Facts } from '../../parts/facts.tsx';
import { useFormats } from '../../parts/formats.ts';
import { Panel } from '../../parts/panel.tsx';
import { ScopedLink } from '../../parts/scoped-link.tsx';
import { SidePanel } from '../../parts/side-panel.tsx';
import { Answered } from '../../parts/states.tsx';
import { Chip } from '../../parts/status-chip.tsx';
import { When } from '../../parts/when.tsx';
import { useIsOperator } from '../../search.ts';
import { useMay } from '../../session.ts';
import { Until } from './limited-senders.tsx';
import { type SenderAct, SenderActs } from './sender-acts.tsx';
import { SenderHabits } from './sender-habits.tsx';
import { useOpenSender } from './sender-names.ts';
import { useSignWords } from './sign-words.ts';

type Sender = Answer<'showSender'>;
const EVERY_MS = 5000;

export function SenderPanel() {
  const [opened, open] = useOpenSender();
  if (opened === undefined) return null;
  const { customer, kind, name } = opened;
  return (
    <SidePanel title={name} close={() => open(undefined)}>
      <SenderOf key={`${customer} ${kind} ${name}`} path={{ customer, kind, name }} />
    </SidePanel>
  );
}

function SenderOf({ path }: { path: { customer: string; kind: string; name: string } }) {
  const query = useCall('showSender', { path }, { everyMs: EVERY_MS });
  return <Answered query={query}>{(sender) => <SenderView sender={sender} />}</Answered>;
}

function SenderView({ sender }: { sender: Sender }) {
  const { t } = useTranslation('protection');
  const [act, setAct] = useState<SenderAct>();
  const { level, habits, limit } = sender;
  const tone = level === 'locked' ? 'bad' : level === 'slowed' ? 'warn' : 'good';
  const line = level === 'free' && habits === undefined ? 'unknown' : level;
  return (
    <Stack>
      <Group gap="xs">
        <Chip tone={tone}>{t(`senders.level.${level}`)}</Chip>
        <Chip tone="idle">{t(`senders.kind.${sender.kind}`)}</Chip>
        <Text size="sm" c="dimmed">
          {sender.customer}
        </Text>
      </Group>
      <Text size="sm">{t(`senders.panel.levelLine.${line}`, { count: limit?.per_minute ?? 0 })}</Text>
      <ActButtons sender={sender} choose={setAct} />
      <WhyPanel sender={sender} />
      {habits !== undefined && <SenderHabits habits={habits} />}
      {act !== undefined && <SenderActs act={act} sender={sender} close={() => setAct(undefined)} />}
    </Stack>
  );
}

function ActButtons({ sender, choose }: { sender: Sender; choose: (act: SenderAct) => void }) {
  const { t } = useTranslation('protection');
  const mayWrite = useMay('protection:write');
  const mayTolerate = useMay('customers:suspend');
  const isOperator = useIsOperator();
  const { level, limit } = sender;
  const isOurs = limit !== undefined && (isOperator || limit.side === 'customer');
  return (
    <Stack gap="xs">
      <Group gap="xs">
        {mayWrite && level !== 'locked' && (
          <Button variant="default" c={DANGER} onClick={() => choose('lock')}>
            {t('senders.panel.lock')}
          </Button>
        )}
        {mayWrite && isOurs && (
          <Button onClick={() => choose('unlock')}>
            {t(level === 'locked' ? 'senders.panel.unlock' : 'senders.panel.goOn')}
          </Button>
        )}
        {mayTolerate && isOperator && (
          <Button variant="default" onClick={() => choose('tolerate')}>
            {t('senders.panel.tolerate')}
          </Button>
        )}
        <MessagesLink sender={sender} />
      </Group>
      {mayWrite && limit !== undefined && !isOurs && <Alert color="gray">{t('senders.panel.operatorsAlone')}</Alert>}
    </Stack>
  );
}

/** The trace knows envelope senders by `from:`. */
function MessagesLink({ sender: { customer, kind, name } }: { sender: Sender }) {
  const { t } = useTranslation('protection');
  const mayRead = useMay('messages:read');
  if (!mayRead || (kind !== 'sender' && kind !== 'from')) return null;
  return (
    <Text size="sm">
      <ScopedLink to="/messages" search={{ customer, q: `from:${name}` }}>
        {t('senders.panel.messagesLink')}
      </ScopedLink>
    </Text>
  );
}

function WhyPanel({ sender: { limit, tolerance } }: { sender: Sender }) {
  const { t } = useTranslation('protection');
  const formats = useFormats();
  const signs = useSignWords();
  if (limit === undefined && tolerance === undefined) return null;
  const facts =
    limit === undefined
      ? []
      : [
          {
            name: t('senders.panel.by'),
            value: t('senders.panel.byValue', { side: t(`senders.side.${limit.side}`), who: limit.by }),
          },
          { name: t('senders.panel.reason'), value: limit.reason },
          { name: t('senders.panel.signs'), value: signs(limit.signs) },
          { name: t('senders.panel.since'), value: <When at={limit.since} /> },
          { name: t('senders.panel.ends'), value: <Until limit={limit} /> },
        ];
  const tolerated = tolerance && {
    name: t('senders.panel.tolerated'),
    value: t('senders.panel.toleratedValue', {
      until: formats.dateTime(tolerance.until),
      who: tolerance.made_by,
      reason: tolerance.reason,
    }),
  };
  return (
    <Panel title={t(limit === undefined ? 'senders.panel.tolerated' : 'senders.panel.limit')}>
      <Facts facts={tolerated === undefined ? facts : [...facts, tolerated]} />
    </Panel>
  );
}
