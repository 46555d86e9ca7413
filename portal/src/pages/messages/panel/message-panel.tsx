// One message beside the list: how it stands and who must act, what happened to it, what is known of it.

import { Button, Group, Select, Stack, Text, Title } from '@mantine/core';
import { IconMailPause, IconShare } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../../../api/problem.ts';
import { useCall } from '../../../api/queries.ts';
import { ScopedLink } from '../../../parts/scoped-link.tsx';
import { SidePanel } from '../../../parts/side-panel.tsx';
import { Answered, Empty } from '../../../parts/states.tsx';
import { useMay } from '../../../session.ts';
import { JobBanner } from '../../holding/bulk/job-banner.tsx';
import { VerbDialog, type WantedVerb } from '../../holding/queues/verb-dialog.tsx';
import { VerbButtons } from '../../holding/queues/verb-menu.tsx';
import { ShareDialog } from '../share/share-dialog.tsx';
import type { Row } from '../use-found.ts';
import { eventsFor, lastWord, type Message } from './events.ts';
import { MessageFacts } from './message-facts.tsx';
import { RefusalFacts } from './refusal-facts.tsx';
import { MessageTimeline } from './timeline.tsx';
import { Verdict } from './verdict.tsx';

interface PanelProps {
  /** As the address names it: `ID`, `ID:INDEX`, or the place of a refusal. */
  opened: string;
  /** The row, where the list shows it. */
  row: Row | undefined;
  close: () => void;
  before: (() => void) | undefined;
  next: (() => void) | undefined;
}

const OPENED = /^([0-9a-v]{17})(?::(\d{1,6}))?$/;

export function MessagePanel({ opened, row, close, before, next }: PanelProps) {
  const { t } = useTranslation('messages');
  const [, id, index] = OPENED.exec(opened) ?? [];
  const title = id === undefined ? t('panel.refusal') : t('panel.title', { id });
  return (
    <SidePanel title={title} close={close} before={before} next={next}>
      {id === undefined ? (
        <RefusalFacts row={row} />
      ) : (
        <OneMessage key={id} id={id} index={index === undefined ? undefined : Number(index)} />
      )}
    </SidePanel>
  );
}

function OneMessage({ id, index }: { id: string; index: number | undefined }) {
  const { t } = useTranslation('messages');
  // What is on its way changes while it is looked at.
  const query = useCall('showTrace', { path: { id } }, { everyMs: 15_000 });
  if (query.error instanceof ApiProblem && query.error.status === 404) {
    return <Empty title={t('panel.gone')} hint={t('panel.goneHint')} />;
  }
  return (
    <Answered query={query}>{(message) => <Shown key={index} id={id} message={message} index={index} />}</Answered>
  );
}

function Shown({ id, message, index }: { id: string; message: Message; index: number | undefined }) {
  const { t } = useTranslation('messages');
  const { recipients } = message.entry;
  const [chosen, setChosen] = useState<number | undefined>(index ?? (recipients.length === 1 ? 0 : undefined));
  const events = eventsFor(message.events, chosen);
  const one = chosen === undefined ? undefined : recipients[chosen];
  return (
    <Stack gap="lg">
      <JobBanner part="queue" />
      {recipients.length > 1 && (
        <Select
          label={t('panel.recipient')}
          searchable
          data={[
            { value: '', label: t('panel.all', { count: recipients.length }) },
            ...recipients.map(({ address }, at) => ({ value: String(at), label: address })),
          ]}
          value={chosen === undefined ? '' : String(chosen)}
          allowDeselect={false}
          onChange={(value) => setChosen(value === null || value === '' ? undefined : Number(value))}
        />
      )}
      {one !== undefined && <Verdict status={one.status} event={lastWord(events)} />}
      <Acts id={id} message={message} chosen={chosen} />
      <section>
        <Title order={3} size="h3" mb="sm">
          {t('panel.happened')}
        </Title>
        {events.length === 0 ? (
          <Text size="sm">{t('panel.noEvents')}</Text>
        ) : (
          <MessageTimeline events={events} isOfSeveral={chosen === undefined && recipients.length > 1} />
        )}
      </section>
      <section>
        <Title order={3} size="h3" mb="sm">
          {t('panel.facts')}
        </Title>
        <MessageFacts message={message} />
      </section>
    </Stack>
  );
}

const WAITS: ReadonlySet<string> = new Set(['queued', 'deferred', 'held', 'quarantined']);

function Acts({ id, message, chosen }: { id: string; message: Message; chosen: number | undefined }) {
  const { t } = useTranslation('messages');
  const [wanted, setWanted] = useState<WantedVerb>();
  const [sharing, setSharing] = useState(false);
  const maySeeQuarantine = useMay('quarantine:read');
  const { recipients } = message.entry;
  const isQuarantined = recipients.some(({ status }) => status === 'quarantined');
  const isWaiting = recipients.some(({ status }) => WAITS.has(status));
  return (
    <Group gap="xs">
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconShare size={14} />}
        onClick={() => setSharing(true)}
      >
        {t('share.open')}
      </Button>
      {isQuarantined && maySeeQuarantine && (
        <Group gap={4}>
          <IconMailPause size={16} aria-hidden />
          <ScopedLink to="/quarantine" search={{ open: id }}>
            {t('panel.quarantine')}
          </ScopedLink>
        </Group>
      )}
      {isWaiting && <VerbButtons choose={(verb) => setWanted({ verb, query: { id } })} />}
      {wanted !== undefined && <VerbDialog wanted={wanted} close={() => setWanted(undefined)} />}
      {sharing && (
        <ShareDialog
          id={id}
          recipient={recipients.length > 1 ? chosen : undefined}
          message={message}
          close={() => setSharing(false)}
        />
      )}
    </Group>
  );
}
