import { Button, Group, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconUserPlus } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../../../api/problem.ts';
import { useAct } from '../../../api/queries.ts';
import { Dialog } from '../../../parts/dialog.tsx';
import { faultOf } from '../../../parts/field-faults.tsx';
import { Failing } from '../../../parts/states.tsx';
import { useIsOperator, useScope } from '../../../search.ts';
import { useMay } from '../../../session.ts';
import { type Language, languageNow } from '../../../words.ts';
import { CustomerSelect } from '../customer-select.tsx';
import { isAddress } from '../is-address.ts';
import { LanguageSelect } from '../language-select.tsx';
import type { Role } from './role-names.ts';
import { RoleSelect } from './user-form.tsx';

/** Opens the form, for whom may invite. */
export function InviteButton() {
  const { t } = useTranslation(['access', 'parts']);
  const mayInvite = useMay('users:write');
  const [isOpen, setOpen] = useState(false);
  if (!mayInvite) return null;
  const close = () => setOpen(false);
  return (
    <>
      <Button leftSection={<IconUserPlus size={18} />} onClick={() => setOpen(true)}>
        {t('users.invite')}
      </Button>
      {isOpen && (
        <Dialog
          opened
          onClose={close}
          title={t('inviting.title')}
          closeButtonProps={{ 'aria-label': t('panel.close', { ns: 'parts' }) }}
        >
          <InviteForm close={close} />
        </Dialog>
      )}
    </>
  );
}

type Side = 'operator' | 'customer';
const LEAST = { operator: 'auditor', customer: 'customer_viewer' } as const satisfies Record<Side, Role>;

interface Typed {
  side: Side;
  email: string;
  name: string;
  customer: string;
  role: Role;
  language: Language;
}

interface PartProps {
  typed: Typed;
  set: (part: Partial<Typed>) => void;
  /** What the API found wrong. */
  error: unknown;
  /** Says what is missing, too. */
  strict: boolean;
}

function useInviteForm(close: () => void) {
  const isOperator = useIsOperator();
  const scope = useScope();
  const tell = useTell();
  const side: Side = isOperator && scope === undefined ? 'operator' : 'customer';
  const [strict, setStrict] = useState(false);
  const [typed, setTyped] = useState<Typed>(() => ({
    side,
    email: '',
    name: '',
    customer: scope ?? '',
    role: LEAST[side],
    language: languageNow(),
  }));
  const invite = useAct('inviteUser', { changes: ['listUsers'] });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setStrict(true);
    const { email, name, role, language, customer } = typed;
    const of = isOperator && typed.side === 'customer' ? { customer } : {};
    if (!isAddress(email) || of.customer === '' || invite.isPending) return;
    invite.mutate(
      { body: { email: email.trim(), name: name.trim(), role, language, ...of } },
      {
        onSuccess: (invited) => {
          tell(invited);
          close();
        },
      },
    );
  };
  const set = (part: Partial<Typed>) => setTyped((before) => ({ ...before, ...part }));
  return { part: { typed, set, error: invite.error, strict }, submit, isSending: invite.isPending, isOperator };
}

/** Says that the mail is on its way, or that it is not. */
function useTell(): (invited: { email: string; mailed: boolean }) => void {
  const { t } = useTranslation('access');
  return ({ email, mailed }) =>
    notifications.show({
      message: t(mailed ? 'inviting.done' : 'inviting.notMailed', { email }),
      color: mailed ? 'green' : 'yellow',
      autoClose: mailed ? 4000 : false,
    });
}

function InviteForm({ close }: { close: () => void }) {
  const { t } = useTranslation('access');
  const { part, submit, isSending, isOperator } = useInviteForm(close);
  const { typed, set, error } = part;
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {t('inviting.lead')}
        </Text>
        {isOperator && <SideFields {...part} />}
        <PersonFields {...part} />
        <RoleSelect side={typed.side} value={typed.role} set={(role) => set({ role })} />
        <Text size="sm" c="dimmed" role="status">
          {t(`roleTexts.${typed.role}`)}
        </Text>
        <LanguageSelect label={t('inviting.language')} value={typed.language} set={(language) => set({ language })} />
        <Failing error={isTaken(error) ? undefined : error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={isSending}>
            {t('inviting.go')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function SideFields({ typed, set, error, strict }: PartProps) {
  const { t } = useTranslation('access');
  const choose = (side: Side) => set({ side, role: LEAST[side] });
  const missing = strict && typed.customer === '' ? t('fields.required') : undefined;
  return (
    <>
      <SegmentedControl
        aria-label={t('inviting.side')}
        value={typed.side}
        data={[
          { value: 'operator', label: t('sides.operator') },
          { value: 'customer', label: t('sides.customer') },
        ]}
        onChange={choose}
      />
      {typed.side === 'customer' && (
        <CustomerSelect
          label={t('inviting.customer')}
          value={typed.customer}
          set={(customer) => set({ customer })}
          error={faultOf(error, 'customer') ?? missing}
        />
      )}
    </>
  );
}

/** Who is invited is there already, which is said at the address. */
function isTaken(error: unknown): boolean {
  return error instanceof ApiProblem && error.status === 409;
}

function PersonFields({ typed, set, error, strict }: PartProps) {
  const { t } = useTranslation('access');
  const fault = isTaken(error) ? t('fields.taken') : faultOf(error, 'email');
  return (
    <>
      <TextInput
        label={t('inviting.email')}
        type="email"
        autoComplete="off"
        data-autofocus
        value={typed.email}
        error={fault ?? (strict && !isAddress(typed.email) ? t('fields.emailFault') : undefined)}
        onChange={(event) => set({ email: event.currentTarget.value })}
      />
      <TextInput
        label={t('inviting.name')}
        autoComplete="off"
        maxLength={100}
        value={typed.name}
        error={faultOf(error, 'name')}
        onChange={(event) => set({ name: event.currentTarget.value })}
      />
    </>
  );
}
