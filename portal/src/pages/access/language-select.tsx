import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { isLanguage, LANGUAGES, type Language } from '../../words.ts';

interface LanguageSelectProps {
  label: string;
  value: Language;
  set: (language: Language) => void;
  disabled?: boolean;
}

/** The languages that the relay writes and shows. */
export function LanguageSelect({ label, value, set, disabled = false }: LanguageSelectProps) {
  const { t } = useTranslation('access');
  return (
    <Select
      label={label}
      data={LANGUAGES.map((one) => ({ value: one, label: t(`languages.${one}`) }))}
      value={value}
      allowDeselect={false}
      disabled={disabled}
      onChange={(one) => {
        if (one !== null && isLanguage(one)) set(one);
      }}
    />
  );
}
