// One sentence that says what is wrong, or that all is well.

import { Alert } from '@mantine/core';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';

export function Notice({ tone, children }: { tone: 'good' | 'bad'; children: ReactNode }) {
  return (
    <Alert
      color={tone === 'good' ? 'green' : 'red'}
      variant="light"
      role={tone === 'good' ? 'status' : 'alert'}
      icon={tone === 'good' ? <IconCheck size={18} /> : <IconAlertTriangle size={18} />}
    >
      {children}
    </Alert>
  );
}
