// Texts of the relay beside which `words` says which sentences they are.

import { Suspense } from 'react';
import type { Values } from '../relay-words.ts';
import { useRelayWords } from './use-relay-words.ts';

interface OwnTextProps {
  text: string;
  /** Of the answer: by the name of a text the code of its sentence. */
  words: Readonly<Record<string, { code: string; values?: Values | undefined }>> | undefined;
  /** Of the text in `words`. */
  name: string;
  /** The whole text is its title: it may be cut off. */
  titled?: boolean;
}

/** Before the code of a problem. */
const PROBLEM = 'problem:';

/** A text of the relay in the language of the page; what is no sentence of the relay stays as it is, marked as English. */
export function OwnText({ text, words, name, titled = false }: OwnTextProps) {
  const said = words?.[name];
  // What others said needs no words of ours.
  if (said === undefined) return <Marked titled={titled} text={text} lang="en" />;
  return (
    // Nobody reads English first that then turns into another language.
    <Suspense fallback={null}>
      <Said text={text} said={said} titled={titled} />
    </Suspense>
  );
}

interface SaidProps {
  text: string;
  said: { code: string; values?: Values | undefined };
  titled: boolean;
}

function Said({ text, said: { code, values }, titled }: SaidProps) {
  const isProblem = code.startsWith(PROBLEM);
  const say = useRelayWords(isProblem ? 'faults' : 'reasons');
  const words = isProblem
    ? say('problem', { text, code: code.slice(PROBLEM.length), values })
    : say('reason', { text, code, values });
  return <Marked titled={titled} {...words} />;
}

function Marked({ text, lang, titled }: { text: string; lang?: 'en'; titled: boolean }) {
  return (
    <span lang={lang} title={titled && text !== '' ? text : undefined}>
      {text}
    </span>
  );
}
