// What can be done with one message in quarantine: release it, delete it, say what it is, block its sender.

import { Button, Checkbox, Group, ScrollArea, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, type OperationId } from '../../../api/call.ts';
import { useAct } from '../../../api/queries.ts';
import { ConfirmAct } from '../../../parts/confirm-act.tsx';
import { DANGER } from '../../../parts/danger.ts';
import { useFormats } from '../../../parts/formats.ts';
import { Failing } from '../../../parts/states.tsx';
import { useIsOperator } from '../../../search.ts';
import { useMay } from '../../../session.ts';
import type { Held } from './held-query.ts';
import { useChanged } from './use-changed.ts';

interface ActsProps {
  message: Held;
  /** What was done, in a sentence. */
  done: (sentence: string) => void;
}

type Dialog = 'release' | 'delete' | 'block';
const AFTER_REPORT = ['showQuarantined', 'listQuarantineActs'] as const satisfies readonly OperationId[];

export function HeldActs({ message, done }: ActsProps) {
  const { t } = useTranslation('holding');
  const [open, setOpen] = useState<Dialog>();
  const reporting = useAct('reportQuarantined', { changes: AFTER_REPORT });
  const mayWrite = useMay('quarantine:write');
  const mayBlock = useMay('protection:write') && message.direction === 'inbound';
  const report = (as: 'spam' | 'ham') =>
    reporting.mutate({ path: { id: message.id }, body: { as } }, { onSuccess: () => done(t('held.reported')) });
  const close = () => setOpen(undefined);
  if (!mayWrite) return null;
  return (
    <Stack gap="xs">
      <Group gap="xs">
        {message.may_release && (
          <Button size="compact-sm" onClick={() => setOpen('release')}>
            {t('held.release')}
          </Button>
        )}
        {(['ham', 'spam'] as const).map((as) => (
          <Button
            key={as}
            size="compact-sm"
            variant="default"
            loading={reporting.isPending && reporting.variables.body.as === as}
            onClick={() => report(as)}
          >
            {t(`held.${as}`)}
          </Button>
        ))}
        {mayBlock && (
          <Button size="compact-sm" variant="default" onClick={() => setOpen('block')}>
            {t('held.block')}
          </Button>
        )}
        <Button size="compact-sm" variant="default" c={DANGER} onClick={() => setOpen('delete')}>
          {t('held.delete')}
        </Button>
      </Group>
      {!message.may_release && !message.reasons.includes('virus') && <Text size="sm">{t('held.operatorOnly')}</Text>}
      {reporting.error !== null && <Failing error={reporting.error} />}
      {open === 'release' && <Release message={message} done={done} close={close} />}
      {open === 'delete' && <Delete message={message} done={done} close={close} />}
      {open === 'block' && <Block message={message} done={done} close={close} />}
    </Stack>
  );
}

function Release({ message, done, close }: ActsProps & { close: () => void }) {
  const { t } = useTranslation('holding');
  const changed = useChanged();
  const formats = useFormats();
  const isOperator = useIsOperator();
  const isCut = message.recipients > message.to.length;
  const [chosen, setChosen] = useState<readonly string[]>(message.to);
  const [allow, setAllow] = useState(false);
  const mayAllow = message.direction === 'inbound' || isOperator;
  const act = async (reason: string) => {
    const isSome = !isCut && chosen.length < message.to.length;
    const { released } = await call('releaseQuarantined', {
      path: { id: message.id },
      body: { allow, ...(isSome && { recipients: [...chosen] }), ...(reason !== '' && { reason }) },
    });
    done(t('held.released', { count: released }));
    await changed();
  };
  return (
    <ConfirmAct
      title={t('held.releaseTitle')}
      verb={t('verbs.release.go')}
      reason="optional"
      waiting={chosen.length === 0}
      act={act}
      close={close}
    >
      <Stack gap="sm">
        <Text size="sm">{t('held.releaseHint')}</Text>
        {isCut ? (
          <Text size="sm">
            {t('held.moreRecipients', {
              total: formats.number(message.recipients),
              shown: formats.number(message.to.length),
            })}
          </Text>
        ) : (
          <Recipients all={message.to} chosen={chosen} choose={setChosen} />
        )}
        {mayAllow && (
          <Checkbox
            label={t('held.allow')}
            description={t('held.allowHint')}
            checked={allow}
            onChange={(event) => setAllow(event.currentTarget.checked)}
          />
        )}
      </Stack>
    </ConfirmAct>
  );
}

function Recipients({
  all,
  chosen,
  choose,
}: {
  all: readonly string[];
  chosen: readonly string[];
  choose: (chosen: readonly string[]) => void;
}) {
  const { t } = useTranslation('holding');
  return (
    <Checkbox.Group label={t('held.recipients')} value={[...chosen]} onChange={choose}>
      <ScrollArea.Autosize mah={200} mt={4}>
        <Stack gap={6}>
          {all.map((address) => (
            <Checkbox key={address} size="xs" value={address} label={address} />
          ))}
        </Stack>
      </ScrollArea.Autosize>
    </Checkbox.Group>
  );
}

function Delete({ message, done, close }: ActsProps & { close: () => void }) {
  const { t } = useTranslation('holding');
  const changed = useChanged();
  const act = async (reason: string) => {
    await call('deleteQuarantined', { path: { id: message.id }, body: reason === '' ? {} : { reason } });
    done(t('held.deleted'));
    await changed();
  };
  return (
    <ConfirmAct
      title={t('held.deleteTitle')}
      verb={t('verbs.delete.go')}
      danger
      typed={t('verbs.deleteWord')}
      reason="optional"
      act={act}
      close={close}
    >
      <Text size="sm">{t('held.deleteHint')}</Text>
    </ConfirmAct>
  );
}

function Block({ message, done, close }: ActsProps & { close: () => void }) {
  const { t } = useTranslation('holding');
  const sender = (message.header_from ?? message.from).toLowerCase();
  const { customer } = message;
  const act = async (reason: string) => {
    await call('addSender', {
      body: { customer, direction: 'inbound', list: 'block', sender, ...(reason !== '' && { reason }) },
    });
    done(t('held.blocked'));
  };
  return (
    <ConfirmAct
      title={t('held.blockTitle', { sender })}
      verb={t('held.blockGo')}
      danger
      reason="optional"
      waiting={sender === ''}
      act={act}
      close={close}
    >
      <Text size="sm">{t('held.blockHint', { customer })}</Text>
    </ConfirmAct>
  );
}
