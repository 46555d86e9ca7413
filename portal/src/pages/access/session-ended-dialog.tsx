import { Anchor, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../parts/dialog.tsx';
import { SESSION_KEY, type Session } from '../../session.ts';
import { type SignedIn, SignInForm } from './sign-in/sign-in-form.tsx';

/** Above all else, the question for a proof too. */
const ABOVE = 400;

/** The session has ended: whoever it was signs in again in place. Somebody else begins anew. */
export function SessionEndedDialog({ session, answer }: { session: Session; answer: (goOn: boolean) => void }) {
  const { t } = useTranslation('access');
  const queries = useQueryClient();
  const { pathname, search } = window.location;
  const goOn = ({ user, set_up_needed }: SignedIn) => {
    if (user.id !== session.user.id || set_up_needed) return window.location.assign('/');
    answer(true);
    void queries.invalidateQueries({ queryKey: SESSION_KEY });
  };
  return (
    <Dialog
      opened
      zIndex={ABOVE}
      title={t('ended.title')}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      onClose={() => undefined}
    >
      <Stack gap="md">
        <Text size="sm">{t('ended.lead')}</Text>
        <SignInForm email={session.user.email} done={goOn} />
        <Anchor href={`/sign-in?${new URLSearchParams({ to: pathname + search })}`} size="sm" ta="center">
          {t('ended.leave')}
        </Anchor>
      </Stack>
    </Dialog>
  );
}
