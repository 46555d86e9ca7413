import { Button, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { PublicFrame } from '../public-frame.tsx';

const NEW_LINK = 'easymail user invite --first';
const WHY = { first: 'voidFirst', invitation: 'voidInvitation', reset: 'voidReset' } as const;

/** A link that opens nothing any more, and what to do about it. */
export function VoidLink({ kind }: { kind: keyof typeof WHY }) {
  const { t } = useTranslation('access');
  const isReset = kind === 'reset';
  return (
    <PublicFrame title={t('link.void')}>
      <Text size="sm">{t(`link.${WHY[kind]}`, { command: NEW_LINK })}</Text>
      <Button
        component={Link}
        to={isReset ? '/password-forgotten' : '/sign-in'}
        variant={isReset ? 'filled' : 'default'}
      >
        {isReset ? t('link.askAgain') : t('link.toSignIn')}
      </Button>
    </PublicFrame>
  );
}
