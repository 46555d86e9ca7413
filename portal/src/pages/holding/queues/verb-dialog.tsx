// A verb of the queue before it is done: how much is meant, some of it, why; then it begins as a job.

import { Autocomplete, Stack, Text, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/call.ts';
import { useCall } from '../../../api/queries.ts';
import { ConfirmAct } from '../../../parts/confirm-act.tsx';
import { Answered } from '../../../parts/states.tsx';
import { useSearchState } from '../../../search.ts';
import { MeantBox } from './meant-box.tsx';
import type { QueueQuery, QueueVerb } from './queue-query.ts';

/** What was chosen to be done. */
export interface WantedVerb {
  verb: QueueVerb;
  query: QueueQuery;
}

const HAND = 'operator';

export function VerbDialog({ wanted: { verb, query }, close }: { wanted: WantedVerb; close: (done?: true) => void }) {
  const { t } = useTranslation('holding');
  const [, change] = useSearchState();
  const [kind, setKind] = useState(verb === 'release' && query.hold !== undefined ? query.hold : HAND);
  const [asked] = useDebouncedValue(kind, 300);
  const [hosts, setHosts] = useState('');
  const named = hosts.split(/[\s,]+/).filter((host) => host !== '');
  const body = { verb, query, all: Object.keys(query).length === 0, kind: asked === '' ? HAND : asked };
  const preview = useCall('previewQueueChange', { body });
  const meant = preview.data;
  return (
    <ConfirmAct
      title={t(`verbs.${verb}.title`)}
      verb={t(`verbs.${verb}.go`)}
      danger={verb === 'remove' || verb === 'reroute'}
      {...(verb === 'remove' && { typed: t('verbs.removeWord') })}
      reason={verb === 'remove' || verb === 'reroute' ? 'needed' : 'optional'}
      waiting={
        meant === undefined || meant.recipients === 0 || kind !== asked || (verb === 'reroute' && named.length === 0)
      }
      close={() => close()}
      act={async (reason) => {
        const job = await call('startQueueJob', {
          body: {
            ...body,
            ...(reason !== '' && { note: reason }),
            ...(verb === 'reroute' && { hosts: named }),
            ...(meant !== undefined && { until: meant.until }),
          },
        });
        close(true);
        change({ job: job.id });
      }}
    >
      <Stack gap="sm">
        <Text size="sm">{t(`verbs.${verb}.hint`)}</Text>
        {verb === 'release' && <KindInput kind={kind} change={setKind} />}
        {verb === 'reroute' && (
          <Textarea
            label={t('verbs.hosts')}
            description={t('verbs.hostsHint')}
            autosize
            minRows={2}
            required
            spellCheck={false}
            value={hosts}
            onChange={(event) => setHosts(event.currentTarget.value)}
          />
        )}
        <Answered query={preview} lines={3}>
          {(found) => <MeantBox meant={found} />}
        </Answered>
      </Stack>
    </ConfirmAct>
  );
}

function KindInput({ kind, change }: { kind: string; change: (kind: string) => void }) {
  const { t } = useTranslation('holding');
  return (
    <Autocomplete
      label={t('verbs.kind')}
      description={t('verbs.kindHint')}
      data={[HAND, 'suppressed']}
      value={kind}
      onChange={change}
    />
  );
}
