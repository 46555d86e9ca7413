import type { OperationId } from '../../../api/call.ts';

/** What is read again once something of a customer was changed. */
export const ABOUT_CUSTOMER = [
  'getCustomer',
  'listCustomers',
  'countCustomers',
  'listTransitions',
  'getTimes',
  'getEntry',
  'getApproval',
  'listLinks',
  'getHoldings',
  'listSuspensions',
  'getTest',
  'getTermination',
  'listTerminations',
  'listSources',
] as const satisfies readonly OperationId[];
