// Buttons that lose the focus by what they do: one that works cannot be pressed, and has it again once it can; one that
// takes itself away leaves it to what stands beside.

const FOCUSABLE =
  'a[href], button:not(:disabled), input:not(:disabled), textarea:not(:disabled), select:not(:disabled)';
/** By then what a press does at once is drawn. */
const DRAWN_MS = 60;

const isLost = () => document.activeElement === null || document.activeElement === document.body;

/** From now on, wherever it is on the page. */
export function keepFocus(): void {
  let last: EventTarget | null = null;
  document.addEventListener('focusin', ({ target }) => (last = target));
  const observer = new MutationObserver((changes) => {
    if (!isLost() || !(last instanceof HTMLElement) || last.matches(':disabled')) return;
    if (changes.some(({ target }) => target === last)) last.focus({ preventScroll: true });
  });
  observer.observe(document.body, { subtree: true, attributes: true, attributeFilter: ['disabled'] });
  document.addEventListener('click', (event) => {
    const path = event.composedPath().filter((one) => one instanceof HTMLElement);
    setTimeout(() => {
      if (path[0]?.isConnected !== false || !isLost()) return;
      const around = path.find((one) => one.isConnected && one.querySelector(FOCUSABLE) !== null);
      if (around !== document.body) around?.querySelector<HTMLElement>(FOCUSABLE)?.focus({ preventScroll: true });
    }, DRAWN_MS);
  });
}
