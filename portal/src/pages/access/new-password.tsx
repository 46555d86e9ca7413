// The field of a password that is being chosen, and the same rules that the API has for it.

import { PasswordInput, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

const SHORTEST = 12;
const LONGEST = 1024;
const FEWEST_SIGNS = 3;

export type PasswordFault = { kind: 'tooShort'; missing: number } | { kind: 'isAddress' } | { kind: 'monotonous' };

/** Why this password cannot be that of the address; nothing where it can. */
export function passwordFault(password: string, address: string): PasswordFault | undefined {
  const missing = SHORTEST - Array.from(password).length;
  if (missing > 0) return { kind: 'tooShort', missing };
  if (password.toLowerCase() === address.trim().toLowerCase()) return { kind: 'isAddress' };
  return new Set(password).size < FEWEST_SIGNS ? { kind: 'monotonous' } : undefined;
}

interface NewPasswordProps {
  label: string;
  value: string;
  set: (value: string) => void;
  /** Of the person. */
  address: string;
  /** Says what is wrong, and not only what would be good. */
  strict: boolean;
  error?: ReactNode;
}

export function NewPassword({ label, value, set, address, strict, error }: NewPasswordProps) {
  const { t } = useTranslation('access');
  const fault = passwordFault(value, address);
  const said = fault === undefined ? t('password.good') : faultText(fault);
  function faultText(found: PasswordFault): string {
    return found.kind === 'tooShort' ? t('password.tooShort', { count: found.missing }) : t(`password.${found.kind}`);
  }
  return (
    <div>
      <PasswordInput
        label={label}
        description={t('password.hint')}
        name="new-password"
        autoComplete="new-password"
        required
        withAsterisk={false}
        maxLength={LONGEST}
        visibilityToggleButtonProps={{ 'aria-label': t('password.show') }}
        value={value}
        error={error ?? (strict && fault !== undefined ? faultText(fault) : undefined)}
        onChange={(event) => set(event.currentTarget.value)}
      />
      {value !== '' && !strict && (
        <Text size="xs" c="dimmed" mt={4} role="status">
          {said}
        </Text>
      )}
    </div>
  );
}
