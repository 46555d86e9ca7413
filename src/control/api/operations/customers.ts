// Operations on customers, in the order of the documentation.

import type { ApiContext, ApiServer } from '../context.ts';
import { approveEntry, getApproval } from './customers/approval.ts';
import { changeCustomer } from './customers/change-customer.ts';
import { addContract, listContracts } from './customers/contracts.ts';
import { getEntry, patchEntry, putEntry, returnEntry, submitEntry } from './customers/entry.ts';
import { getCustomer } from './customers/get-customer.ts';
import { getTimes } from './customers/get-times.ts';
import { createLink, listLinks, renewLink, revokeLink } from './customers/links.ts';
import { listCustomers } from './customers/list-customers.ts';
import { listTransitions } from './customers/list-transitions.ts';
import { moveCustomer } from './customers/move-customer.ts';
import { registerCustomer } from './customers/register-customer.ts';
import { addSubscription, changeSubscription, listSubscriptions } from './customers/subscriptions.ts';
import { liftSuspension, listSuspensions, suspendCustomer } from './customers/suspensions.ts';

export const customerOperations: readonly ((api: ApiServer, context: ApiContext) => void)[] = [
  registerCustomer,
  listCustomers,
  getCustomer,
  changeCustomer,
  moveCustomer,
  listTransitions,
  getTimes,
  listContracts,
  addContract,
  listSubscriptions,
  addSubscription,
  changeSubscription,
  listLinks,
  createLink,
  renewLink,
  revokeLink,
  getEntry,
  putEntry,
  patchEntry,
  submitEntry,
  returnEntry,
  getApproval,
  approveEntry,
  listSuspensions,
  suspendCustomer,
  liftSuspension,
];
