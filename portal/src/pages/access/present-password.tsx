// The field of a password that exists already.

import { PasswordInput } from '@mantine/core';
import type { ReactNode, Ref } from 'react';
import { useTranslation } from 'react-i18next';

interface PresentPasswordProps {
  label: string;
  value: string;
  set: (value: string) => void;
  error?: ReactNode;
  autoFocus?: boolean;
  ref?: Ref<HTMLInputElement>;
}

export function PresentPassword({ label, value, set, error, autoFocus = false, ref }: PresentPasswordProps) {
  const { t } = useTranslation('access');
  return (
    <PasswordInput
      ref={ref}
      label={label}
      name="password"
      autoComplete="current-password"
      required
      // Escape in it is for whoever asks for it, and not for the form below that waits.
      data-mantine-stop-propagation="true"
      withAsterisk={false}
      data-autofocus={autoFocus ? true : undefined}
      autoFocus={autoFocus}
      visibilityToggleButtonProps={{ 'aria-label': t('password.show') }}
      value={value}
      error={error}
      onChange={(event) => set(event.currentTarget.value)}
    />
  );
}
