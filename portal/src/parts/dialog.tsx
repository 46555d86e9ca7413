// A dialog that is taken away at once gives the focus back all the same: to where it was before.

import type { ModalProps } from '@mantine/core';
import { Suspense, useEffect, useState } from 'react';
import { lazily } from './lazily.tsx';

const Modal = lazily(async () => (await import('./overlays.tsx')).Modal);

export function Dialog(props: ModalProps) {
  useFocusBack();
  return (
    <Suspense>
      <Modal {...props} />
    </Suspense>
  );
}

function useFocusBack(): void {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      // Once it is gone; what took the focus meanwhile keeps it.
      setTimeout(() => {
        const isLost = document.activeElement === null || document.activeElement === document.body;
        if (isLost && before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
      });
    },
    [before],
  );
}
