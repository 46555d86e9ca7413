// Sentences of ours that name something: the text stands once, in English, with what it names in braces; who speaks another
// language says it by the code and the values.

/** What a sentence names. */
export type Values = Readonly<Record<string, string | number>>;

type Names<S extends string> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;

/** What has to be given with a sentence: nothing, or a value for each of its braces. */
export type ValuesOf<S extends string> = [Names<S>] extends [never]
  ? []
  : [Readonly<Record<Names<S>, string | number>>];

export interface Sentence {
  text: string;
  /** As they were filled in; absent where the sentence names nothing. */
  values?: Values;
}

/** A sentence with its code; without one it is in English alone. */
export interface Said extends Sentence {
  code?: string;
}

/** The sentence with its values filled in. */
export function sentence(text: string, values?: Values): Sentence {
  if (values === undefined) return { text };
  return { text: text.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? '')), values };
}
