// Which pages the person may open: a link to another one is none.

import { createContext, useContext } from 'react';

export type MayOpen = (path: string) => boolean;

/** Where nothing is known of a person, such as on pages for everybody, links are links. */
export const MayOpenContext = createContext<MayOpen>(() => true);

export function useMayOpen(): MayOpen {
  return useContext(MayOpenContext);
}
