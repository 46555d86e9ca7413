// The address of one message leads to the list with it open.

import { Navigate, useParams } from '@tanstack/react-router';
import { useSearchState } from '../../search.ts';

// What it leads to is asked for at once, not one piece after the other; a piece that fails is asked for again where it is
// needed.
for (const piece of [
  import('./messages-page.tsx'),
  import('./panel/message-panel.tsx'),
  import('../../parts/overlays.tsx'),
])
  void piece.catch(() => {});

export function Page() {
  const { message } = useParams({ strict: false }) as { message?: string };
  const [search] = useSearchState();
  return <Navigate to="/messages" search={{ ...search, open: message }} replace />;
}
