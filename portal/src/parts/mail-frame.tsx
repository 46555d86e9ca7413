// Mail as its reader would see it. The HTML was sanitised by the relay; the frame runs nothing, opens nothing, and belongs
// to no origin; the page's policy, which it inherits, fetches nothing from elsewhere.

import { Paper } from '@mantine/core';

export function MailFrame({ html, title, height = 420 }: { html: string; title: string; height?: number }) {
  return (
    <Paper withBorder style={{ overflow: 'hidden', background: '#fff', colorScheme: 'light' }}>
      <iframe
        title={title}
        sandbox=""
        srcDoc={html}
        referrerPolicy="no-referrer"
        style={{ border: 0, width: '100%', height, display: 'block' }}
      />
    </Paper>
  );
}
