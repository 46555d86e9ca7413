// A moment: how long ago, with the exact time on asking. Or the time itself, as lists have it.

import { useFormats } from './formats.ts';

export function When({ at, as = 'dateTime' }: { at: string | number; as?: 'relative' | 'dateTime' | 'date' | 'time' }) {
  const formats = useFormats();
  return (
    <time dateTime={new Date(at).toISOString()} title={formats.exact(at)}>
      {formats[as](at)}
    </time>
  );
}
