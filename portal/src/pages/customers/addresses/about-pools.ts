import type { OperationId } from '../../../api/call.ts';

/** What is read again once something of our addresses was changed. */
export const ABOUT_POOLS = [
  'listPools',
  'showPool',
  'getPoolUsage',
  'getSpf',
] as const satisfies readonly OperationId[];
