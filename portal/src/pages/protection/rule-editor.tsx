// The editor of a rule: who, what, when, then. It is looked at by the API while it is written, and can be tried before it
// is kept.

import { Alert, Button, Fieldset, Group, Stack, Switch, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../api/call.ts';
import { ApiProblem } from '../../api/problem.ts';
import { faultOf } from '../../parts/field-faults.tsx';
import { lazily } from '../../parts/lazily.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Failing, Loading } from '../../parts/states.tsx';
import { When } from '../../parts/when.tsx';
import { useIsOperator, useSearchState } from '../../search.ts';
import { useMay, useSession } from '../../session.ts';
import { ConditionList } from './condition-list.tsx';
import { useFaultWords } from './field-words.tsx';
import { bodyOf, type Draft, type Rule } from './rule-shapes.ts';
import { useRuleFaults } from './use-rule-faults.ts';

const ActionList = lazily(async () => (await import('./action-list.tsx')).ActionList);
const RuleInWords = lazily(async () => (await import('./rule-in-words.tsx')).RuleInWords);
const DryRun = lazily(async () => (await import('./dry-run.tsx')).DryRun);

interface RuleEditorProps {
  start: Draft;
  /** Whose rule; none: the operator's. */
  customer: string | undefined;
  /** Absent: a new one. */
  kept?: { rule: Rule; tag: string; readAgain: () => unknown };
}

export function RuleEditor({ start, customer, kept }: RuleEditorProps) {
  const { t } = useTranslation('protection');
  const { user } = useSession();
  const mayWrite = useMay('protection:write');
  const mayChange = mayWrite && (customer !== undefined || user.customer === undefined);
  const [draft, setDraft] = useState(start);
  return (
    <Stack>
      {!mayChange && <Alert color="gray">{t('editor.readOnly')}</Alert>}
      <Fieldset variant="unstyled" disabled={!mayChange} miw={0}>
        <RuleForm draft={draft} setDraft={setDraft} customer={customer} kept={kept} mayChange={mayChange} />
      </Fieldset>
      {kept !== undefined && <LastChange rule={kept.rule} />}
      <Panel title={t('editor.tryIt')} hint={t('editor.tryHint')}>
        <Suspense fallback={<Loading />}>
          <DryRun draft={draft} customer={customer} />
        </Suspense>
      </Panel>
    </Stack>
  );
}

interface RuleFormProps {
  draft: Draft;
  setDraft: (draft: Draft) => void;
  customer: string | undefined;
  kept: RuleEditorProps['kept'] | undefined;
  mayChange: boolean;
}

function useRuleForm({ draft, setDraft, customer, kept, mayChange }: RuleFormProps) {
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [tried, setTried] = useState(false);
  const [reason, setReason] = useState('');
  const found = useRuleFaults({ draft, customer, enabled: mayChange && (tried || touched.size > 0) });
  const save = useSave({ draft, customer, kept, reason });
  const faults = [...(save.error instanceof ApiProblem ? save.error.faults : []), ...found];
  const faultOf = useFaultWords(tried ? faults : faults.filter(({ field }) => isTouched(field, touched)));
  const change = (patch: Partial<Draft>, field: string) => {
    save.forget();
    setDraft({ ...draft, ...patch });
    setTouched(new Set([...touched, field]));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    void save.run();
  };
  return { reason, setReason, save, faultOf, change, submit };
}

function RuleForm(props: RuleFormProps) {
  const { draft, customer, kept, mayChange } = props;
  const { t } = useTranslation('protection');
  const { reason, setReason, save, faultOf, change, submit } = useRuleForm(props);
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Panel title={t('editor.name')}>
          <TextInput
            aria-label={t('editor.name')}
            description={t('editor.nameHint')}
            value={draft.name}
            error={faultOf('name')}
            required
            maxLength={120}
            onChange={(event) => change({ name: event.currentTarget.value }, 'name')}
          />
        </Panel>
        <Panel title={t('editor.if')} hint={t('editor.ifHint')}>
          <ConditionList
            conditions={draft.conditions}
            ofOperator={customer === undefined}
            faultOf={faultOf}
            change={(conditions, field) => change({ conditions }, field)}
          />
        </Panel>
        <Panel title={t('editor.then')}>
          <Suspense fallback={<Loading lines={2} />}>
            <ActionList
              actions={draft.actions}
              faultOf={faultOf}
              change={(actions, field) => change({ actions }, field)}
            />
          </Suspense>
          <Switches draft={draft} change={change} />
        </Panel>
        <Suspense>
          <RuleInWords draft={draft} />
        </Suspense>
        {mayChange && (
          <SaveBar
            reason={reason}
            setReason={setReason}
            save={save}
            isNew={kept === undefined}
            readAgain={kept?.readAgain}
          />
        )}
      </Stack>
    </form>
  );
}

function Switches({ draft, change }: { draft: Draft; change: (patch: Partial<Draft>, field: string) => void }) {
  const { t } = useTranslation('protection');
  return (
    <>
      <Switch
        label={t('editor.last')}
        description={t('editor.lastHint')}
        checked={draft.last}
        onChange={(event) => change({ last: event.currentTarget.checked }, 'last')}
      />
      <Switch
        label={t('editor.enabled')}
        checked={draft.enabled}
        onChange={(event) => change({ enabled: event.currentTarget.checked }, 'enabled')}
      />
    </>
  );
}

function isTouched(field: string, touched: ReadonlySet<string>): boolean {
  return [...touched].some((one) => field === one || field.startsWith(`${one}.`));
}

interface Save {
  run: () => Promise<void>;
  error: unknown;
  isRunning: boolean;
  forget: () => void;
}

function useSave({
  draft,
  customer,
  kept,
  reason,
}: Pick<RuleEditorProps, 'customer'> & {
  kept: RuleEditorProps['kept'] | undefined;
  draft: Draft;
  reason: string;
}): Save {
  const { t } = useTranslation('protection');
  const queries = useQueryClient();
  const navigate = useNavigate();
  const isOperator = useIsOperator();
  const [search] = useSearchState();
  const [state, setState] = useState<{ isRunning: boolean; error: unknown }>({ isRunning: false, error: null });
  const run = async () => {
    setState({ isRunning: true, error: null });
    const body = { ...bodyOf(draft), ...(reason.trim() !== '' && { reason: reason.trim() }) };
    try {
      if (kept === undefined) {
        await call('createRule', { body: { ...body, ...(isOperator && customer !== undefined && { customer }) } });
      } else await call('changeRule', { path: { rule: kept.rule.id }, body, ifMatch: kept.tag });
      setState({ isRunning: false, error: null });
      notifications.show({ message: t('editor.saved'), color: 'green' });
      await Promise.all(['listRules', 'showRule'].map((id) => queries.invalidateQueries({ queryKey: [id] })));
      await navigate({ to: '/rules', search: { customer: search['customer'] } });
    } catch (error) {
      setState({ isRunning: false, error });
    }
  };
  return { ...state, run, forget: () => state.error !== null && setState({ isRunning: false, error: null }) };
}

interface SaveBarProps {
  reason: string;
  setReason: (reason: string) => void;
  save: Save;
  isNew: boolean;
  readAgain: (() => unknown) | undefined;
}

function SaveBar({ reason, setReason, save, isNew, readAgain }: SaveBarProps) {
  const { t } = useTranslation('protection');
  const isStale = save.error instanceof ApiProblem && save.error.status === 412;
  return (
    <Stack gap="sm">
      {isStale && (
        <Alert color="yellow" role="alert">
          <Text size="sm" mb="xs">
            {t('editor.changed')}
          </Text>
          <Button size="xs" variant="default" onClick={() => void readAgain?.()}>
            {t('editor.reload')}
          </Button>
        </Alert>
      )}
      <TextInput
        label={t('editor.reason')}
        value={reason}
        error={faultOf(save.error, 'reason')}
        maxLength={500}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      {!isStale && <Failing error={save.error} />}
      <Group>
        <Button type="submit" loading={save.isRunning}>
          {t(isNew ? 'editor.create' : 'editor.save')}
        </Button>
      </Group>
    </Stack>
  );
}

function LastChange({ rule }: { rule: Rule }) {
  const { t } = useTranslation('protection');
  const [before = '', after = ''] = t('editor.loadedAt', { when: '\u0000', who: rule.changed_by }).split('\u0000');
  return (
    <Text size="xs" c="dimmed">
      {before}
      <When at={rule.changed_at} />
      {after}
    </Text>
  );
}
