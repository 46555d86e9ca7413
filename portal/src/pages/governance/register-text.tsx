// What the register of processing says, in the language of the page.

import { Fragment } from 'react';
import { Ticked } from '../../parts/ticked.tsx';
import { useRelayWords } from '../../parts/use-relay-words.ts';

interface TextProps {
  /** A sentence of the register, or several of them. */
  of: string | readonly string[];
  /** Between several. */
  between?: string;
}

/** Sentences of the register; each is known by itself. */
export function RegisterText({ of, between = ', ' }: TextProps) {
  const say = useRelayWords('register');
  const texts = typeof of === 'string' ? [of] : of;
  return texts.map((one, at) => {
    const { text, ...marked } = say('said', { text: one, code: one });
    return (
      <Fragment key={one}>
        {at > 0 && between}
        <span {...marked}>
          <Ticked text={text} />
        </span>
      </Fragment>
    );
  });
}

/** Where data lie: names of files and tables, which have no language, and words where there are some. */
export function usePlaceWords(): { place: (where: string) => string; store: (name: string) => string } {
  const say = useRelayWords('register');
  return {
    place: (where) => say('said', { text: where, code: where }).text,
    store: (name) => say('store', { text: name, code: name }).text,
  };
}
