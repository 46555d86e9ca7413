import { useQueryClient } from '@tanstack/react-query';
import type { OperationId } from '../../api/call.ts';

/** Reads again what these operations answered. */
export function useRefresh(operations: readonly OperationId[]): () => Promise<unknown> {
  const queries = useQueryClient();
  return () => Promise.all(operations.map((one) => queries.invalidateQueries({ queryKey: [one] })));
}
