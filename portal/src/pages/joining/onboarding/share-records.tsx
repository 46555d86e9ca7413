// A link for a colleague who looks after DNS: it shows the records and nothing else.

import { Button, Stack, Text, TextInput } from '@mantine/core';
import { IconShare } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Answer, call } from '../../../api/call.ts';
import { CopyLine } from '../../../parts/copy.tsx';
import { Dialog } from '../../../parts/dialog.tsx';
import { DialogActs } from '../../../parts/dialog-acts.tsx';
import { faultOf } from '../../../parts/field-faults.tsx';
import { Failing } from '../../../parts/states.tsx';
import { When } from '../../../parts/when.tsx';
import { languageNow } from '../../../words.ts';
import { isEmail } from './entry-checks.ts';

export function ShareRecords({ token }: { token: string }) {
  const { t } = useTranslation('joining');
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button variant="default" leftSection={<IconShare size={16} />} onClick={() => setOpen(true)}>
        {t('share.open')}
      </Button>
      {isOpen && <ShareDialog token={token} close={() => setOpen(false)} />}
    </>
  );
}

function ShareDialog({ token, close }: { token: string; close: () => void }) {
  const { t } = useTranslation('joining');
  const [email, setEmail] = useState('');
  const [isWaiting, setWaiting] = useState(false);
  const [made, setMade] = useState<Answer<'shareOnboarding'>>();
  const [error, setError] = useState<unknown>();
  const isWrong = email !== '' && !isEmail(email);
  const make = async (event: FormEvent) => {
    event.preventDefault();
    if (isWrong || isWaiting) return;
    setWaiting(true);
    setError(undefined);
    try {
      const sendTo = email === '' ? {} : { send_to: { email, language: languageNow() } };
      setMade(await call('shareOnboarding', { link: token, body: sendTo }));
    } catch (problem) {
      setError(problem);
    } finally {
      setWaiting(false);
    }
  };
  return (
    <Dialog opened onClose={close} title={t('share.title')} closeButtonProps={{ 'aria-label': t('share.close') }}>
      {made === undefined ? (
        <form onSubmit={(event) => void make(event)}>
          <Stack>
            <Text size="sm">{t('share.lead')}</Text>
            <TextInput
              type="email"
              data-autofocus
              label={t('share.email')}
              description={t('share.emailHint')}
              value={email}
              error={isWrong ? t('fault.email_wrong') : faultOf(error, 'send_to.email')}
              onChange={(event) => setEmail(event.currentTarget.value.trim())}
            />
            <Failing error={error} />
            <DialogActs close={close}>
              <Button type="submit" loading={isWaiting}>
                {email === '' ? t('share.make') : t('share.send')}
              </Button>
            </DialogActs>
          </Stack>
        </form>
      ) : (
        <Stack role="status">
          <Text size="sm">{made.sent === true ? t('share.sent', { email }) : t('share.made')}</Text>
          <CopyLine text={made.url} what={t('share.link')} />
          <Text size="xs" c="dimmed">
            {t('share.until')} <When at={made.expires_at} />
          </Text>
        </Stack>
      )}
    </Dialog>
  );
}
