// The token of a link: behind the `#`, which browsers send to nobody.

import { useEffect, useState } from 'react';

const TOKEN = /^#([A-Za-z0-9_-]{20,200})$/;

/** The token in the address; nothing where there is none. */
export function useLinkToken(): string | undefined {
  const [hash, setHash] = useState(() => window.location.hash);
  useEffect(() => {
    const changed = () => setHash(window.location.hash);
    window.addEventListener('hashchange', changed);
    return () => window.removeEventListener('hashchange', changed);
  }, []);
  return TOKEN.exec(hash)?.[1];
}
