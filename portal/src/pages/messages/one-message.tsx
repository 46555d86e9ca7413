// The address of one message leads to the list with it open.

import { Navigate, useParams } from '@tanstack/react-router';
import { useSearchState } from '../../search.ts';

export function Page() {
  const { message } = useParams({ strict: false }) as { message?: string };
  const [search] = useSearchState();
  return <Navigate to="/messages" search={{ ...search, open: message }} replace />;
}
