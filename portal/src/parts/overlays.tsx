// What lies over a page, and what keeps the focus. Loaded once the page is there: nothing lies over it, and no button
// works, before somebody has done something.

import { type DrawerProps, Drawer as MantineDrawer, Modal as MantineModal, type ModalProps } from '@mantine/core';
import { keepFocus } from './keep-focus.ts';
import { useLayer } from './layer.ts';

keepFocus();

export function Drawer(props: DrawerProps) {
  const isTop = useLayer();
  return <MantineDrawer closeOnEscape={isTop} {...props} />;
}

export function Modal(props: ModalProps) {
  const isTop = useLayer();
  return <MantineModal closeOnEscape={isTop} {...props} />;
}
