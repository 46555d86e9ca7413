// The entry, typed by the operator for the customer: saved as often as one likes, submitted once nothing is wrong.

import { Button, Checkbox, Group, Stack, Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Answer, callWithTag, type Input } from '../../../api/call.ts';
import { ApiProblem, type FieldFault } from '../../../api/problem.ts';
import { useAct } from '../../../api/queries.ts';
import { AtField, faultAmong } from '../../../parts/field-faults.tsx';
import { Panel } from '../../../parts/panel.tsx';
import { Failing } from '../../../parts/states.tsx';
import { Conflict } from '../conflict.tsx';
import { type Kept, useEdited } from '../edited.ts';
import { ABOUT_CUSTOMER } from './about-customer.ts';
import { AdministratorRows, DomainRows, MailHostRows, SourceRows } from './entry-rows.tsx';
import { useFaultField, useFaultText } from './fault-text.ts';

type Customer = Answer<'getCustomer'>;
type EntryAnswer = Answer<'getEntry'>;
type Body = Input<'putEntry'>['body'];
type Row<Part extends keyof Body> = Extract<Body[Part], readonly unknown[]>[number];

/** A source with its proof, as it is kept or as it is typed: the API keeps a secret as its hash. */
export type SourceDraft = Omit<Row<'sources'>, 'proof'> & {
  proof?: Row<'sources'>['proof'] | { secret_header: string; secret: string } | undefined;
};

export interface EntryDraft {
  domains: readonly Row<'domains'>[];
  mailhosts: readonly Row<'mailhosts'>[];
  sources: readonly SourceDraft[];
  administrators: readonly Row<'administrators'>[];
  portal: boolean;
  test_recipient: string;
}

export type EntryFaults = readonly FieldFault[];

function draftOf({ entry }: EntryAnswer): EntryDraft {
  const { test_recipient = '', ...parts } = entry;
  return { ...parts, test_recipient };
}

function bodyOf({ test_recipient, ...parts }: EntryDraft): Body {
  return { ...parts, ...(test_recipient !== '' && { test_recipient }) } as Body;
}

export function EntryForm({ customer, kept }: { customer: Customer; kept: Kept<EntryAnswer> }) {
  const { t } = useTranslation('customers');
  const path = { customer: customer.id };
  const put = useAct('putEntry', { changes: ['getEntry', 'getApproval'] });
  const submit = useAct('submitEntry', { changes: ABOUT_CUSTOMER });
  const edited = useEdited<EntryDraft>({
    kept: { data: draftOf(kept.data), tag: kept.tag },
    save: (draft, { tag }) => put.mutateAsync({ path, body: bodyOf(draft), ifMatch: tag }),
    read: async () => {
      const { data, tag } = await callWithTag('getEntry', { path });
      return { data: draftOf(data), tag };
    },
  });
  const { draft, change } = edited;
  const found = edited.isChanged ? [] : ((kept.data.faults ?? []) as EntryFaults);
  const faults = withRefusals(found, [edited.error, submit.error]);
  const textOf = useFaultText();
  const onSubmit = async () => {
    if (edited.isChanged && !(await edited.save())) return;
    const { tag } = await callWithTag('getEntry', { path });
    await submit.mutateAsync({ path, ifMatch: tag }).catch(() => undefined);
  };
  return (
    <Panel title={t('entry.title')} hint={t('entry.hint')}>
      <Stack gap="lg">
        <DomainRows rows={draft.domains} set={(domains) => change({ domains })} faults={faults} />
        <MailHostRows rows={draft.mailhosts} set={(mailhosts) => change({ mailhosts })} faults={faults} />
        <SourceRows rows={draft.sources} set={(sources) => change({ sources })} faults={faults} />
        <AdministratorRows
          rows={draft.administrators}
          set={(administrators) => change({ administrators })}
          faults={faults}
        />
        <Checkbox
          label={t('entry.portal')}
          checked={draft.portal}
          onChange={(event) => change({ portal: event.currentTarget.checked })}
        />
        <TextInput
          label={t('entry.testRecipient')}
          description={t('entry.testRecipientHint')}
          value={draft.test_recipient}
          error={faultAmong(faults, ['test_recipient'], textOf)}
          onChange={(event) => change({ test_recipient: event.currentTarget.value })}
          maw={420}
        />
        <OtherFaults faults={faults} />
        <Conflict edited={edited} fields={FIELDS.map((key) => ({ key, name: t(`entry.part.${key}`) }))} />
        <Failing error={edited.error} />
        <Failing error={submit.error} />
        <Group justify="flex-end" gap="xs">
          {edited.isChanged && (
            <Text size="sm" c="dimmed">
              {t('entry.unsaved')}
            </Text>
          )}
          <Button
            variant="default"
            disabled={!edited.isChanged}
            loading={edited.isSaving}
            onClick={() => void edited.save()}
          >
            {t('entry.save')}
          </Button>
          <Button loading={submit.isPending} onClick={() => void onSubmit()}>
            {t('entry.submit')}
          </Button>
        </Group>
      </Stack>
    </Panel>
  );
}

const FIELDS = ['domains', 'mailhosts', 'sources', 'administrators', 'portal', 'test_recipient'] as const;

/** What was found wrong with the entry, and what a refusal found besides: the same is said once. */
function withRefusals(found: EntryFaults, errors: readonly unknown[]): EntryFaults {
  const refused = errors.flatMap((error) => (error instanceof ApiProblem ? error.faults : []));
  const known = new Map(
    [...refused, ...found].map((fault) => [`${fault.field} ${fault.code ?? fault.message}`, fault]),
  );
  return [...known.values()];
}

/** What is wrong with no row of its own. */
function OtherFaults({ faults }: { faults: EntryFaults }) {
  const textOf = useFaultText();
  const fieldOf = useFaultField();
  const others = faults.filter(({ field }) => !field.includes('.') && field !== 'test_recipient');
  if (others.length === 0) return null;
  return (
    <Stack gap={2} role="status">
      {others.map((fault) => (
        <Text size="sm" key={`${fault.field} ${fault.message}`} c="light-dark(#8f1d1d, #ffb4b4)">
          {fieldOf(fault.field)}: <AtField faults={[fault]}>{textOf(fault)}</AtField>
        </Text>
      ))}
    </Stack>
  );
}
