import type { NewMessage } from '../queue/queue.ts';

/** Its host may be known for it: it is not held, lost no part and is no spam. */
export function nothingWrong({ hold, meta }: NewMessage): boolean {
  const wrong = meta.inspection?.some(
    ({ check, verdict }) => verdict === 'strip' || (check === 'spam' && verdict !== 'pass'),
  );
  return hold === undefined && wrong !== true;
}
