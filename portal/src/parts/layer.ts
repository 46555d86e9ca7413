// What lies over the page, one over the other: Escape closes the uppermost alone, and gives the focus back to what had it.

import { useEffect, useState, useSyncExternalStore } from 'react';

let layers: readonly object[] = [];
const listeners = new Set<() => void>();

function become(next: readonly object[]): void {
  layers = next;
  for (const tell of listeners) tell();
}

function listen(tell: () => void): () => void {
  listeners.add(tell);
  return () => listeners.delete(tell);
}

/** Of a dialog or panel that is there while it is open: whether it is the uppermost. */
export function useLayer(): boolean {
  const [own] = useState(() => ({}));
  const [before] = useState(openerNow);
  useEffect(() => {
    become([...layers, own]);
    return () => {
      become(layers.filter((one) => one !== own));
      // Once it is gone; what took the focus meanwhile keeps it.
      setTimeout(() => giveBack(before));
    };
  }, [own, before]);
  const top = useSyncExternalStore(listen, () => layers.at(-1));
  return top === own;
}

let last: Element | null = null;
document.addEventListener('focusin', ({ target }) => {
  last = target instanceof Element ? openerOf(target) : null;
});

/** A menu that has just closed may have let the focus go, and not yet given it back. */
function openerNow(): Element | null {
  const { activeElement: active, body } = document;
  return active === null || active === body ? last : openerOf(active);
}

/** What was chosen in a menu is gone with it: the button that the menu belongs to stays. */
function openerOf(active: Element): Element {
  const menu = active.closest('[role="menu"]')?.getAttribute('aria-labelledby');
  return (typeof menu === 'string' ? document.getElementById(menu) : null) ?? active;
}

function giveBack(before: Element | null): void {
  if (document.activeElement !== null && document.activeElement !== document.body) return;
  const isThere = before instanceof HTMLElement && before.isConnected;
  // What opened it may be gone by what was done: the keyboard goes on in the page.
  const place = isThere || layers.length > 0 ? before : document.getElementById('main');
  if (place instanceof HTMLElement) place.focus({ preventScroll: true });
}
