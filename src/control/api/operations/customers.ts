// Operations on customers, in the order of the documentation.

import type { ApiContext, ApiServer } from '../context.ts';
import { approveEntry, getApproval } from './customers/approval.ts';
import { changeCustomer } from './customers/change-customer.ts';
import { addContract, listContracts } from './customers/contracts.ts';
import { countCustomers } from './customers/count-customers.ts';
import { addDomain, changeDomain, listDomains, removeDomain } from './customers/domains.ts';
import { getEntry, patchEntry, putEntry, returnEntry, submitEntry } from './customers/entry.ts';
import { exportAll } from './customers/export-document.ts';
import { getCustomer } from './customers/get-customer.ts';
import { getHoldings } from './customers/get-holdings.ts';
import { getTimes } from './customers/get-times.ts';
import { importCustomers, importRecipients } from './customers/imports.ts';
import { createLink, listLinks, renewLink, revokeLink } from './customers/links.ts';
import { listCustomers } from './customers/list-customers.ts';
import { listTransitions } from './customers/list-transitions.ts';
import { addMailHost, listMailHosts, removeMailHost } from './customers/mailhosts.ts';
import { moveCustomer } from './customers/move-customer.ts';
import {
  getOnboarding,
  getOnboardingTest,
  patchOnboarding,
  putOnboarding,
  shareOnboarding,
  submitOnboarding,
} from './customers/onboarding.ts';
import { getOnboardingChecks, getOnboardingRecords, lookOnboarding } from './customers/onboarding-checks.ts';
import { registerCustomer } from './customers/register-customer.ts';
import { addSource, approveSource, blockSource, listSources, removeSource } from './customers/sources.ts';
import { addSubscription, changeSubscription, listSubscriptions } from './customers/subscriptions.ts';
import { liftSuspension, listSuspensions, suspendCustomer } from './customers/suspensions.ts';
import { getTrial, startTrial } from './customers/trial.ts';

export const customerOperations: readonly ((api: ApiServer, context: ApiContext) => void)[] = [
  registerCustomer,
  listCustomers,
  countCustomers,
  getCustomer,
  changeCustomer,
  moveCustomer,
  listTransitions,
  getTimes,
  getHoldings,
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
  getTrial,
  startTrial,
  listDomains,
  addDomain,
  changeDomain,
  removeDomain,
  listSources,
  addSource,
  approveSource,
  blockSource,
  removeSource,
  listMailHosts,
  addMailHost,
  removeMailHost,
  exportAll,
  importCustomers,
  importRecipients,
  getOnboarding,
  putOnboarding,
  patchOnboarding,
  submitOnboarding,
  shareOnboarding,
  getOnboardingRecords,
  getOnboardingChecks,
  lookOnboarding,
  getOnboardingTest,
  listSuspensions,
  suspendCustomer,
  liftSuspension,
];
