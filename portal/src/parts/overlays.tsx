// What lies over a page, and what keeps the focus. Loaded once the page is there: nothing lies over it, and no button
// works, before somebody has done something.

import { type DrawerProps, Drawer as MantineDrawer, Modal as MantineModal, type ModalProps } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { keepFocus } from './keep-focus.ts';
import { useLayer } from './layer.ts';

keepFocus();

export function Drawer(props: DrawerProps) {
  return <MantineDrawer {...useClosing()} {...props} />;
}

export function Modal(props: ModalProps) {
  return <MantineModal {...useClosing()} {...props} />;
}

/** Escape closes the uppermost alone; a click beside it does too, while nothing was typed that would be lost. */
function useClosing() {
  const closeOnEscape = useLayer();
  const [isTyped, setTyped] = useState(false);
  const onInput = ({ currentTarget, target }: FormEvent) => {
    // What is typed in another one that was opened from here is lost with that alone.
    if (!(target instanceof Element) || !currentTarget.contains(target)) return;
    // What finds a choice is typed for the moment.
    if (target.getAttribute('aria-haspopup') !== 'listbox') setTyped(true);
  };
  return { closeOnEscape, closeOnClickOutside: !isTyped, onInput };
}
