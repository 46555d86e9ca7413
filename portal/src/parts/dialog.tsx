// A dialog; what it is made of is loaded once the page is there.

import type { ModalProps } from '@mantine/core';
import { Suspense } from 'react';
import { lazily } from './lazily.tsx';

const Modal = lazily(async () => (await import('./overlays.tsx')).Modal);

export function Dialog(props: ModalProps) {
  return (
    <Suspense>
      <Modal {...props} />
    </Suspense>
  );
}
