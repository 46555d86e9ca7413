// What a key of the configuration is for, in the language of the page.

import { Code, Text } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { needRelayWords, relayWords } from '../relay-words.ts';

interface Described {
  key: string;
  description: string;
}

/** Of keys in lists of tables their number is no part of what they are for. */
const NUMBER = /\.\d+(?=\.|$)/g;

/** The description of a key: its words, and whether they are the relay's own English. */
export function useSettingText(): (setting: Described) => { text: string; isEnglish: boolean } {
  const { i18n } = useTranslation();
  useSuspenseQuery({
    queryKey: ['words', i18n.language, 'settings'],
    queryFn: () => needRelayWords('settings').then(() => null),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return ({ key, description }) => {
    const words = relayWords('settings', ['setting', key.replace(NUMBER, '')]);
    return { text: words ?? description, isEnglish: words === undefined };
  };
}

export function SettingText({ setting }: { setting: Described }) {
  const { text, isEnglish } = useSettingText()(setting);
  return (
    <Text size="sm" c="dimmed" {...(isEnglish && { lang: 'en' })}>
      {/* They name keys and values between backticks: the odd ones stand between two. */}
      {text.split('`').map((part, i) => (i % 2 === 0 ? part : <Code key={`${i} ${part}`}>{part}</Code>))}
    </Text>
  );
}
