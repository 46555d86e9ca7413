// How an API key stands, as a word.

import { useTranslation } from 'react-i18next';
import type { Entry } from '../../../api/queries.ts';
import { Chip, type Tone } from '../../../parts/status-chip.tsx';

export type Key = Entry<'listKeys'>;

const TONES = { active: 'good', expired: 'idle', revoked: 'bad' } as const satisfies Record<Key['state'], Tone>;

export function KeyState({ state }: { state: Key['state'] }) {
  const { t } = useTranslation('access');
  return <Chip tone={TONES[state]}>{t(`keyStates.${state}`)}</Chip>;
}
