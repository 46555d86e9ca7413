// What a key of the configuration is for, in the language of the page.

import { Text } from '@mantine/core';
import { Ticked } from './ticked.tsx';
import { useRelayWords } from './use-relay-words.ts';

interface Described {
  key: string;
  description: string;
}

/** Of keys in lists of tables their number is no part of what they are for. */
const NUMBER = /\.\d+(?=\.|$)/g;

/** The description of a key: its words, marked where they are the relay's own English. */
export function useSettingText(): (setting: Described) => { text: string; lang?: 'en' } {
  const say = useRelayWords('settings');
  return ({ key, description }) => say('setting', { text: description, code: key.replace(NUMBER, '') });
}

export function SettingText({ setting }: { setting: Described }) {
  const { text, ...marked } = useSettingText()(setting);
  return (
    <Text size="sm" c="dimmed" {...marked}>
      <Ticked text={text} />
    </Text>
  );
}
