// Everything at a glance, what is still wrong, and the button that hands it in.

import { Alert, Anchor, Button, Group, List, Stack, Text } from '@mantine/core';
import { IconAlertCircle, IconSend } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/call.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { Facts } from '../../../parts/facts.tsx';
import { AtField } from '../../../parts/field-faults.tsx';
import { Failing } from '../../../parts/states.tsx';
import type { Draft, EntryFault } from './entry-checks.ts';
import { useFaultText } from './fault-text.ts';
import { kindOf } from './proof-fields.tsx';
import { type StepId, stepOf } from './step-list.tsx';
import { type DraftState, faultOf } from './use-draft.ts';

interface StepSubmitProps {
  token: string;
  state: DraftState;
  mayChange: boolean;
  go: (step: StepId) => void;
}

export function StepSubmit({ token, state, mayChange, go }: StepSubmitProps) {
  const { t } = useTranslation('joining');
  const submitting = useSubmit(token, state, go);
  const { complete } = state;
  useEffect(complete, [complete]);
  const faults = mayChange ? [...state.faults, ...submitting.faults] : [];
  return (
    <Stack>
      <Text>{mayChange ? t('submit.lead') : t('submit.done')}</Text>
      <Overview draft={state.draft} />
      <FaultList faults={faults} go={go} />
      <Failing error={submitting.error} />
      {mayChange && (
        <>
          <Text size="sm" c="dimmed">
            {t('submit.then')}
          </Text>
          <Group>
            <Button
              leftSection={<IconSend size={16} />}
              disabled={state.faults.length > 0}
              loading={submitting.isWaiting}
              onClick={() => void submitting.submit()}
            >
              {t('submit.do')}
            </Button>
          </Group>
        </>
      )}
    </Stack>
  );
}

function useSubmit(token: string, state: DraftState, go: (step: StepId) => void) {
  const queries = useQueryClient();
  const [isWaiting, setWaiting] = useState(false);
  const [error, setError] = useState<unknown>();
  const [faults, setFaults] = useState<readonly EntryFault[]>([]);
  const submit = async () => {
    setWaiting(true);
    setError(undefined);
    setFaults([]);
    try {
      if (!(await state.save())) return;
      await call('submitOnboarding', { link: token, ifMatch: state.newestTag() });
      await queries.invalidateQueries({ queryKey: ['getOnboarding'] });
      go('test');
    } catch (problem) {
      if (problem instanceof ApiProblem && problem.status === 422) setFaults(problem.faults.map(faultOf));
      else setError(problem);
    } finally {
      setWaiting(false);
    }
  };
  return { submit, isWaiting, error, faults };
}

function FaultList({ faults, go }: { faults: readonly EntryFault[]; go: (step: StepId) => void }) {
  const { t } = useTranslation('joining');
  const text = useFaultText();
  if (faults.length === 0) return null;
  const lines = [...new Map(faults.map((fault) => [`${fault.field} ${fault.code}`, fault])).values()];
  return (
    <Alert variant="default" icon={<IconAlertCircle size={18} />} title={t('submit.faults')}>
      <List size="sm" spacing={4}>
        {lines.map((fault) => (
          <List.Item key={`${fault.field} ${fault.code}`}>
            <Anchor component="button" type="button" size="sm" fw={600} onClick={() => go(stepOf(fault))}>
              {t(`steps.${stepOf(fault)}`)}
            </Anchor>
            {': '}
            <AtField faults={[fault]}>{text(fault)}</AtField>
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

function Overview({ draft }: { draft: Draft }) {
  const { t } = useTranslation('joining');
  const way = (domain: Draft['domains'][number]) =>
    [domain.inbound ? t('domains.in') : '', domain.outbound ? t('domains.out') : ''].filter(Boolean).join(', ');
  const lines = (texts: readonly string[]) =>
    texts.length === 0 ? (
      t('submit.nothing')
    ) : (
      <Stack gap={2}>
        {texts.map((text) => (
          <span key={text}>{text}</span>
        ))}
      </Stack>
    );
  return (
    <Facts
      facts={[
        { name: t('submit.people'), value: lines(draft.administrators.map(({ name, email }) => `${name} · ${email}`)) },
        { name: t('submit.portal'), value: draft.portal ? t('submit.portalYes') : t('submit.portalNo') },
        { name: t('steps.domains'), value: lines(draft.domains.map((one) => `${one.name} · ${way(one)}`)) },
        { name: t('servers.hosts'), value: lines(draft.mailhosts.map(({ host, port }) => `${host}:${port}`)) },
        {
          name: t('servers.sources'),
          value: lines(
            draft.sources.map(({ network, shared, proof }) =>
              shared ? `${network} · ${t(`proof.${kindOf(proof)}`)}` : network,
            ),
          ),
        },
      ]}
    />
  );
}
