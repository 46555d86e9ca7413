// A verb of the queue before it is done: how much is meant, some of it, why; then it begins as a job.

import { Select, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/call.ts';
import { useCall } from '../../../api/queries.ts';
import { ConfirmAct } from '../../../parts/confirm-act.tsx';
import { faultOf } from '../../../parts/field-faults.tsx';
import { Answered } from '../../../parts/states.tsx';
import { useSearchState } from '../../../search.ts';
import { LIFTED_BY_HAND, useHoldKind } from './hold-kinds.ts';
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
  const [hosts, setHosts] = useState('');
  const named = hosts.split(/[\s,]+/).filter((host) => host !== '');
  const body = { verb, query, all: Object.keys(query).length === 0, kind };
  const preview = useCall('previewQueueChange', { body });
  const meant = preview.data;
  return (
    <ConfirmAct
      title={t(`verbs.${verb}.title`)}
      verb={t(`verbs.${verb}.go`)}
      danger={verb === 'remove' || verb === 'reroute'}
      {...(verb === 'remove' && { typed: t('verbs.removeWord') })}
      reason={verb === 'remove' || verb === 'reroute' ? 'needed' : 'optional'}
      waiting={meant === undefined || meant.recipients === 0 || (verb === 'reroute' && named.length === 0)}
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
      {(error) => (
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
              error={faultOf(error, 'hosts', 'hosts.*')}
              onChange={(event) => setHosts(event.currentTarget.value)}
            />
          )}
          <Answered query={preview} lines={3}>
            {(found) => <MeantBox meant={found} />}
          </Answered>
        </Stack>
      )}
    </ConfirmAct>
  );
}

function KindInput({ kind, change }: { kind: string; change: (kind: string) => void }) {
  const { t } = useTranslation('holding');
  const nameOf = useHoldKind();
  return (
    <Select
      label={t('verbs.kind')}
      description={t('verbs.kindHint')}
      data={[...new Set([...LIFTED_BY_HAND, kind])].map((value) => ({ value, label: nameOf(value) }))}
      value={kind}
      allowDeselect={false}
      onChange={(value) => change(value ?? HAND)}
    />
  );
}
