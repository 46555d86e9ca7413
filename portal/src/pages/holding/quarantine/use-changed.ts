// After something was done in quarantine: what showed it is read again.

import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { OperationId } from '../../../api/call.ts';

const READ: readonly OperationId[] = ['listQuarantine', 'listQuarantineActs', 'showQuarantined', 'getQueueCounts'];

export function useChanged(): () => Promise<unknown> {
  const queries = useQueryClient();
  return useCallback(() => Promise.all(READ.map((id) => queries.invalidateQueries({ queryKey: [id] }))), [queries]);
}
