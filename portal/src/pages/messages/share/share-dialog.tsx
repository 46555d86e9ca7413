// A link to the message for somebody who does not sign in: for how long, with or without the subject; and the links there
// are, to be revoked.

import { Alert, Button, Checkbox, Select, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct } from '../../../api/queries.ts';
import { CopyLine } from '../../../parts/copy.tsx';
import { Dialog } from '../../../parts/dialog.tsx';
import { DialogActs } from '../../../parts/dialog-acts.tsx';
import { faultOf } from '../../../parts/field-faults.tsx';
import { Failing } from '../../../parts/states.tsx';
import { useMay } from '../../../session.ts';
import type { Message } from '../panel/events.ts';
import { ShareList } from './share-list.tsx';

const HOURS = [24, 72, 168, 720] as const;

interface ShareProps {
  id: string;
  message: Message;
  /** Of this recipient alone. */
  recipient: number | undefined;
  close: () => void;
}

export function ShareDialog({ id, message, recipient, close }: ShareProps) {
  const { t } = useTranslation(['messages', 'parts']);
  const mayShowSubject = useMay('messages:content') && message.entry.subject !== undefined;
  const [hours, setHours] = useState('168');
  const [subject, setSubject] = useState(false);
  const share = useAct('shareMessage', { changes: ['listShares'] });
  const about = recipient === undefined ? undefined : message.entry.recipients[recipient]?.address;
  const make = () => {
    const body = { hours: Number(hours), subject, ...(recipient !== undefined && { recipient }) };
    share.mutate({ path: { id }, body });
  };
  return (
    <Dialog
      opened
      onClose={close}
      title={t('share.title')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('panel.close', { ns: 'parts' }) }}
    >
      <Stack gap="md">
        <Text size="sm">{t('share.lead')}</Text>
        {about !== undefined && <Text size="sm">{t('share.about', { address: about })}</Text>}
        {share.data === undefined ? (
          <>
            <Select
              label={t('share.hours')}
              data={HOURS.map((value) => ({ value: String(value), label: t(`share.for.${value}`) }))}
              value={hours}
              error={faultOf(share.error, 'hours')}
              allowDeselect={false}
              onChange={(value) => setHours(value ?? '168')}
            />
            {mayShowSubject && (
              <Checkbox
                label={t('share.subject')}
                checked={subject}
                onChange={(event) => setSubject(event.currentTarget.checked)}
              />
            )}
            <Failing error={share.error} />
            <DialogActs close={close}>
              <Button onClick={make} loading={share.isPending}>
                {t('share.make')}
              </Button>
            </DialogActs>
          </>
        ) : (
          <Alert color="green" variant="light" title={t('share.made')}>
            <Stack gap="xs">
              <CopyLine text={share.data.url} what={t('share.link')} />
              <Text size="sm">{t('share.once')}</Text>
            </Stack>
          </Alert>
        )}
        <ShareList id={id} />
      </Stack>
    </Dialog>
  );
}
