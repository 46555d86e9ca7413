// How a person stands, and what it signs in with, as words.

import { useTranslation } from 'react-i18next';
import type { Entry } from '../../../api/queries.ts';
import { Chip, type Tone } from '../../../parts/status-chip.tsx';

export type User = Entry<'listUsers'>;

const TONES = { invited: 'info', active: 'good', disabled: 'idle' } as const satisfies Record<User['state'], Tone>;

export function UserState({ state }: { state: User['state'] }) {
  const { t } = useTranslation('access');
  return <Chip tone={TONES[state]}>{t(`userStates.${state}`)}</Chip>;
}

/** What somebody signs in with beside the password. */
export function Factors({ user }: { user: Pick<User, 'second_factor' | 'passkeys'> }) {
  const { t } = useTranslation('access');
  const parts = [
    ...(user.second_factor ? [t('users.factorTotp')] : []),
    ...(user.passkeys > 0 ? [t('users.factorPasskeys', { count: user.passkeys })] : []),
  ];
  return parts.length === 0 ? t('users.factorNone') : parts.join(', ');
}
